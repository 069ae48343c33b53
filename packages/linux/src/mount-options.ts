const flagBits = {
  ro: 0x1,
  nosuid: 0x2,
  nodev: 0x4,
  noexec: 0x8,
  sync: 0x10,
  remount: 0x20,
  mand: 0x40,
  dirsync: 0x80,
  nosymfollow: 0x100,
  noatime: 0x400,
  nodiratime: 0x800,
  bind: 0x1000,
  rbind: 0x5000,
  move: 0x2000,
  rec: 0x4000,
  silent: 0x8000,
  relatime: 0x200000,
  strictatime: 0x1000000,
  lazytime: 0x2000000
} as const

const propagationBits = { unbindable: 0x20000, private: 0x40000, slave: 0x80000, shared: 0x100000 } as const

const opposites: Readonly<Record<string, readonly MountFlag[]>> = {
  rw: ['ro'],
  suid: ['nosuid'],
  dev: ['nodev'],
  exec: ['noexec'],
  async: ['sync'],
  nomand: ['mand'],
  symfollow: ['nosymfollow'],
  atime: ['noatime'],
  diratime: ['nodiratime'],
  norelatime: ['relatime'],
  nostrictatime: ['strictatime'],
  nolazytime: ['lazytime'],
  loud: ['silent'],
  defaults: []
}

/** A mount flag as mount(8) and the OCI runtime spec name it. */
export type MountFlag = keyof typeof flagBits

export type MountPropagation = keyof typeof propagationBits

export const mountFlagBits = (flags: readonly MountFlag[]): number =>
  flags.reduce((bits, flag) => bits | flagBits[flag], 0)

export const propagationFlag = (propagation: MountPropagation): number => propagationBits[propagation]

export const isMountFlag = (option: string): option is MountFlag => Object.hasOwn(flagBits, option)

export interface MountOptions {
  readonly flags: readonly MountFlag[]
  readonly propagation: readonly { readonly kind: MountPropagation; readonly recursive: boolean }[]
  /** What is left for the filesystem, joined by commas; empty when nothing is. */
  readonly data: string
}

const propagationOf = (option: string): MountOptions['propagation'][number] | undefined => {
  if (Object.hasOwn(propagationBits, option)) return { kind: option as MountPropagation, recursive: false }
  const kind = option.slice(1)
  if (option.startsWith('r') && Object.hasOwn(propagationBits, kind))
    return { kind: kind as MountPropagation, recursive: true }
  return undefined
}

/** Sorts a list of mount options (fstab or OCI style) into flags, propagation and filesystem data; a later one wins. */
export const parseMountOptions = (options: readonly string[]): MountOptions => {
  const flags = new Set<MountFlag>()
  const propagation: MountOptions['propagation'][number][] = []
  const data: string[] = []
  for (const option of options) {
    const change = propagationOf(option)
    const cleared = Object.hasOwn(opposites, option) ? opposites[option] : undefined
    if (change !== undefined) propagation.push(change)
    else if (isMountFlag(option)) flags.add(option)
    else if (cleared !== undefined) for (const flag of cleared) flags.delete(flag)
    else data.push(option)
  }
  return { flags: [...flags], propagation, data: data.join(',') }
}
