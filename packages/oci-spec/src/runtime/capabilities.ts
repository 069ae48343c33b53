import { SpecError } from '../spec-error.ts'

/** Changes to the default set. Names in any case, with or without `CAP_`; `ALL` stands for every one. */
export interface CapabilityRequest {
  /** What to start from; `defaultCapabilities` when absent. */
  readonly defaults?: readonly string[]
  readonly add?: readonly string[]
  readonly drop?: readonly string[]
}

export interface ResolveCapabilities extends CapabilityRequest {
  /** Start from every capability instead of the default set. */
  readonly privileged?: boolean
  /** What this process itself may have; nothing outside it is given. Every known one when absent. */
  readonly bounding?: readonly string[]
}

/** Every capability of Linux 5.9 and later, in the order of their numbers (`linux/capability.h`). */
export const allCapabilities: readonly string[] = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_DAC_READ_SEARCH',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_SETGID',
  'CAP_SETUID',
  'CAP_SETPCAP',
  'CAP_LINUX_IMMUTABLE',
  'CAP_NET_BIND_SERVICE',
  'CAP_NET_BROADCAST',
  'CAP_NET_ADMIN',
  'CAP_NET_RAW',
  'CAP_IPC_LOCK',
  'CAP_IPC_OWNER',
  'CAP_SYS_MODULE',
  'CAP_SYS_RAWIO',
  'CAP_SYS_CHROOT',
  'CAP_SYS_PTRACE',
  'CAP_SYS_PACCT',
  'CAP_SYS_ADMIN',
  'CAP_SYS_BOOT',
  'CAP_SYS_NICE',
  'CAP_SYS_RESOURCE',
  'CAP_SYS_TIME',
  'CAP_SYS_TTY_CONFIG',
  'CAP_MKNOD',
  'CAP_LEASE',
  'CAP_AUDIT_WRITE',
  'CAP_AUDIT_CONTROL',
  'CAP_SETFCAP',
  'CAP_MAC_OVERRIDE',
  'CAP_MAC_ADMIN',
  'CAP_SYSLOG',
  'CAP_WAKE_ALARM',
  'CAP_BLOCK_SUSPEND',
  'CAP_AUDIT_READ',
  'CAP_PERFMON',
  'CAP_BPF',
  'CAP_CHECKPOINT_RESTORE'
]

/** Podman's default set: no CAP_NET_RAW, CAP_MKNOD or CAP_AUDIT_WRITE. */
export const defaultCapabilities: readonly string[] = [
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_FOWNER',
  'CAP_FSETID',
  'CAP_KILL',
  'CAP_NET_BIND_SERVICE',
  'CAP_SETFCAP',
  'CAP_SETGID',
  'CAP_SETPCAP',
  'CAP_SETUID',
  'CAP_SYS_CHROOT'
]

const known = new Set(allCapabilities)

/**
 * One capability name in the form `CAP_NET_ADMIN`.
 *
 * @throws SpecError when there is no such capability.
 */
export function parseCapability(name: string): string {
  const upper = name.trim().toUpperCase()
  const full = upper.startsWith('CAP_') ? upper : `CAP_${upper}`
  if (!known.has(full)) throw new SpecError(`there is no capability ${JSON.stringify(name.slice(0, 80))}`)
  return full
}

/**
 * The capabilities of a container, sorted by name: the default set (or all when privileged), with `drop` taken away
 * and `add` given, inside the bounding set. What is both added and dropped by name is refused; `ALL` gives way to names.
 *
 * @throws SpecError on unknown names and on contradictions.
 */
export function resolveCapabilities(request: ResolveCapabilities): readonly string[] {
  const add = parseList(request.add)
  const drop = parseList(request.drop)
  if (add.all && drop.all) throw new SpecError('all capabilities cannot be both added and dropped')
  for (const name of add.names) {
    if (drop.names.has(name)) throw new SpecError(`capability ${name} cannot be both added and dropped`)
  }
  const everything = add.all || (request.privileged === true && !drop.all)
  const result = new Set(drop.all ? [] : everything ? allCapabilities : (request.defaults ?? defaultCapabilities))
  for (const name of add.names) result.add(name)
  for (const name of drop.names) result.delete(name)
  const bounding = request.bounding === undefined ? known : new Set(request.bounding.map(parseKnown))
  return [...result].filter((name) => bounding.has(name)).sort()
}

function parseList(names: readonly string[] = []): { readonly all: boolean; readonly names: ReadonlySet<string> } {
  const isAll = (name: string): boolean => /^(cap_)?all$/i.test(name.trim())
  return { all: names.some(isAll), names: new Set(names.filter((name) => !isAll(name)).map(parseCapability)) }
}

// A newer kernel may have capabilities without a name here; they are never given.
function parseKnown(name: string): string {
  const upper = name.toUpperCase()
  return upper.startsWith('CAP_') ? upper : `CAP_${upper}`
}

/**
 * Capability names of a mask like the `CapBnd` line of `/proc/self/status` (hex). Bits without a name are left out.
 *
 * @throws SpecError when it is not hex.
 */
export function capabilitiesFromMask(hex: string): readonly string[] {
  if (!/^[0-9a-fA-F]{1,16}$/.test(hex))
    throw new SpecError(`${JSON.stringify(hex.slice(0, 40))} is not a capability mask`)
  const mask = BigInt(`0x${hex}`)
  return allCapabilities.filter((_, bit) => (mask >> BigInt(bit)) & 1n)
}
