import { readFileSync } from 'node:fs'

/** One line of `/proc/<pid>/mountinfo` (proc_pid_mountinfo(5)). */
export interface MountInfo {
  readonly id: number
  readonly parentId: number
  readonly device: { readonly major: number; readonly minor: number }
  /** The directory of the filesystem that is mounted here. */
  readonly root: string
  readonly mountPoint: string
  /** Options of this mount (`rw`, `nosuid` …). */
  readonly options: readonly string[]
  /** Propagation: `shared:7`, `master:3`, `unbindable` …; empty when private. */
  readonly propagation: readonly string[]
  readonly type: string
  readonly source: string
  /** Options of the filesystem itself (`lowerdir=…`). */
  readonly superOptions: readonly string[]
}

const unescape = (field: string): string =>
  field.includes('\\')
    ? field.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    : field

const options = (field: string): string[] => field.split(',').map(unescape)

const parseLine = (line: string): MountInfo | undefined => {
  const fields = line.split(' ')
  const separator = fields.indexOf('-', 6)
  const [id, parentId, device, root, mountPoint, mountOptions] = fields
  if (separator < 0 || mountOptions === undefined) return undefined
  const [major, minor] = (device ?? '').split(':')
  const [type, source, superOptions] = fields.slice(separator + 1)
  return {
    id: Number(id),
    parentId: Number(parentId),
    device: { major: Number(major), minor: Number(minor) },
    root: unescape(root ?? ''),
    mountPoint: unescape(mountPoint ?? ''),
    options: options(mountOptions),
    propagation: fields.slice(6, separator),
    type: unescape(type ?? ''),
    source: unescape(source ?? ''),
    superOptions: options(superOptions ?? '')
  }
}

/** Parses the text of a mountinfo file, in its order: a later entry may cover an earlier one. */
export const parseMountInfo = (text: string): MountInfo[] =>
  text.split('\n').flatMap((line) => (line === '' ? [] : (parseLine(line) ?? [])))

export const readMountInfo = (pid: number | 'self' = 'self'): MountInfo[] =>
  parseMountInfo(readFileSync(`/proc/${pid}/mountinfo`, 'utf8'))

/** The mount that a path is on: the last one with the longest mount point above it. */
export const mountOf = (mounts: readonly MountInfo[], path: string): MountInfo | undefined => {
  let best: MountInfo | undefined
  for (const mount of mounts) {
    const { mountPoint } = mount
    const covers = mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`)
    if (covers && mountPoint.length >= (best?.mountPoint.length ?? 0)) best = mount
  }
  return best
}
