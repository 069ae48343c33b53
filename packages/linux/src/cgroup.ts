import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode } from './errno.ts'
import { readMountInfo, type MountInfo } from './mountinfo.ts'

/** `v1`: one tree per controller; `v2`: one tree for all; `hybrid`: v1 with a v2 tree beside it that has no controllers. */
export type CgroupMode = 'v1' | 'hybrid' | 'v2'

export interface CgroupLayout {
  readonly mode: CgroupMode
  /** Mount point of the v2 tree. */
  readonly unified?: string
  /** Mount point of the tree of each v1 controller (`memory`, `cpu`, `name=systemd` …). */
  readonly hierarchies: ReadonlyMap<string, string>
  /** Controllers that can be used, of either version, sorted. */
  readonly controllers: readonly string[]
}

/** Control groups as files. */
export interface CgroupCalls {
  /** @throws Error when no cgroup filesystem is mounted */
  layout(): CgroupLayout
  /** The group of a process by controller, as a path inside its tree; the v2 group is under the empty name. */
  groupsOf(pid?: number | 'self'): ReadonlyMap<string, string>
  /** The trimmed text of a control file, or undefined when the group or the file is not there. */
  read(group: string, file: string): string | undefined
  /** A file of `key value` lines, such as `memory.stat`; empty when not there. */
  readTable(group: string, file: string): ReadonlyMap<string, bigint>
  write(group: string, file: string, value: string | number | bigint): void
  /** Ids of the processes directly in a group; empty when it is gone. */
  processes(group: string): number[]
}

const options = new Set(['rw', 'ro', 'xattr', 'clone_children', 'noprefix', 'cpuset_v2_mode'])

const isController = (option: string): boolean => !options.has(option) && !option.startsWith('release_agent=')

const hierarchiesOf = (mounts: readonly MountInfo[]): Map<string, string> => {
  const found = new Map<string, string>()
  for (const { type, superOptions, mountPoint } of mounts) {
    if (type !== 'cgroup') continue
    for (const controller of superOptions.filter(isController))
      if (!found.has(controller)) found.set(controller, mountPoint)
  }
  return found
}

/** Works out the layout from the mounts and the text of the v2 tree's `cgroup.controllers`. */
export const cgroupLayout = (
  mounts: readonly MountInfo[],
  unifiedControllers: (root: string) => string
): CgroupLayout => {
  const hierarchies = hierarchiesOf(mounts)
  const unified = mounts.find(({ type }) => type === 'cgroup2')?.mountPoint
  if (unified === undefined && hierarchies.size === 0) throw new Error('no cgroup filesystem is mounted')
  const named = [...hierarchies.keys()].filter((name) => !name.startsWith('name='))
  const inUnified = unified === undefined ? [] : unifiedControllers(unified).split(/\s+/).filter(Boolean)
  const mode = unified === undefined ? 'v1' : hierarchies.size === 0 ? 'v2' : 'hybrid'
  const controllers = [...new Set([...named, ...inUnified])].sort()
  return unified === undefined ? { mode, hierarchies, controllers } : { mode, unified, hierarchies, controllers }
}

/** Parses the text of `/proc/<pid>/cgroup`. */
export const parseGroups = (text: string): Map<string, string> => {
  const groups = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? []
    if (controllers === undefined || path === undefined) continue
    for (const controller of controllers.split(',')) groups.set(controller, path)
  }
  return groups
}

const read = (group: string, file: string): string | undefined => {
  try {
    return readFileSync(join(group, file), 'utf8').trim()
  } catch (error) {
    // ENODEV: the group was removed between open and read.
    if (['ENOENT', 'ENODEV', 'ENOTDIR'].includes(errorCode(error) ?? '')) return undefined
    throw error
  }
}

const lines = (group: string, file: string): string[] => (read(group, file) ?? '').split('\n').filter(Boolean)

export const cgroupCalls = (): CgroupCalls => ({
  layout: () => cgroupLayout(readMountInfo(), (root) => read(root, 'cgroup.controllers') ?? ''),
  groupsOf: (pid = 'self') => parseGroups(readFileSync(`/proc/${pid}/cgroup`, 'utf8')),
  read,
  readTable: (group, file) =>
    new Map(
      lines(group, file).flatMap((line) => {
        const [key, value] = line.split(' ')
        return key !== undefined && /^\d+$/.test(value ?? '') ? [[key, BigInt(value ?? 0)] as const] : []
      })
    ),
  write: (group, file, value) => writeFileSync(join(group, file), `${value}`),
  processes: (group) => lines(group, 'cgroup.procs').map(Number)
})
