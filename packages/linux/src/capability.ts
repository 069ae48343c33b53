// linux/capability.h, by number.
const names = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE ' +
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN ' +
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE ' +
  'MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ')

/** Capability names (`CAP_SYS_ADMIN`) held in each set of a process. */
export interface CapabilitySets {
  readonly effective: ReadonlySet<string>
  readonly permitted: ReadonlySet<string>
  readonly inheritable: ReadonlySet<string>
  readonly bounding: ReadonlySet<string>
  readonly ambient: ReadonlySet<string>
}

const namesOf = (mask: bigint): Set<string> =>
  new Set(names.filter((_, number) => (mask >> BigInt(number)) & 1n).map((name) => `CAP_${name}`))

/** Reads the Cap lines of the text of `/proc/<pid>/status`. */
export const parseCapabilities = (status: string): CapabilitySets => {
  const set = (line: string) =>
    namesOf(BigInt(`0x${new RegExp(`^${line}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0'}`))
  return {
    effective: set('CapEff'),
    permitted: set('CapPrm'),
    inheritable: set('CapInh'),
    bounding: set('CapBnd'),
    ambient: set('CapAmb')
  }
}
