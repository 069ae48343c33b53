import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { CgroupLayout, Linux } from '@runcible/linux'

export type Groups = ReadonlyMap<string, string>

let cached: CgroupLayout | undefined

/** The mounts of the control groups do not change while a process runs. */
const layoutOf = (linux: Linux): CgroupLayout => (cached ??= linux.cgroup.layout())

/** The v2 group is under the empty name in `/proc/<pid>/cgroup`. */
const UNIFIED = ''

/** Directory of a v1 controller's group; undefined where that controller is not a v1 one. */
export const legacyGroup = (linux: Linux, groups: Groups, controller: string): string | undefined => {
  const mount = layoutOf(linux).hierarchies.get(controller)
  const path = groups.get(controller)
  return mount === undefined || path === undefined ? undefined : join(mount, path)
}

/** Directory of the v2 group; undefined where no v2 tree is mounted. */
export const unifiedGroup = (linux: Linux, groups: Groups): string | undefined => {
  const { unified } = layoutOf(linux)
  const path = groups.get(UNIFIED)
  return unified === undefined || path === undefined ? undefined : join(unified, path)
}

/** How many processes of the group the out-of-memory killer has ended; 0 when the group is gone. */
export const oomKills = (linux: Linux, groups: Groups): bigint => {
  const legacy = legacyGroup(linux, groups, 'memory')
  if (legacy !== undefined) return linux.cgroup.readTable(legacy, 'memory.oom_control').get('oom_kill') ?? 0n
  const unified = unifiedGroup(linux, groups)
  return unified === undefined ? 0n : (linux.cgroup.readTable(unified, 'memory.events').get('oom_kill') ?? 0n)
}

export const isFrozen = (linux: Linux, groups: Groups): boolean => {
  const legacy = legacyGroup(linux, groups, 'freezer')
  if (legacy !== undefined) return ['FROZEN', 'FREEZING'].includes(linux.cgroup.read(legacy, 'freezer.state') ?? '')
  const unified = unifiedGroup(linux, groups)
  return unified !== undefined && linux.cgroup.read(unified, 'cgroup.freeze') === '1'
}

/** Lets the processes of a group run again, so that a signal they were sent can take effect. */
export const thaw = (linux: Linux, groups: Groups): void => {
  const legacy = legacyGroup(linux, groups, 'freezer')
  const unified = unifiedGroup(linux, groups)
  try {
    if (legacy !== undefined) linux.cgroup.write(legacy, 'freezer.state', 'THAWED')
    else if (unified !== undefined) linux.cgroup.write(unified, 'cgroup.freeze', '0')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ENODEV') throw error
  }
}

/** Where each tree of control groups is mounted. */
export const hierarchies = (linux: Linux): readonly string[] => {
  const { hierarchies: legacy, unified } = layoutOf(linux)
  return [...new Set([...legacy.values(), ...(unified === undefined ? [] : [unified])])]
}

/** The groups below a group, which a container may make for itself, each after the one it is in. */
export const groupsBelow = (group: string): readonly string[] => {
  try {
    return readdirSync(group, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(group, name))
      .flatMap((path) => [path, ...groupsBelow(path)])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return []
  }
}

/** Process ids on the host. The group of every process is the same in each tree, so any one of them tells. */
export const processesOf = (linux: Linux, groups: Groups): number[] => {
  const group = ['pids', 'freezer', 'memory']
    .map((name) => legacyGroup(linux, groups, name))
    .find((path) => path !== undefined)
  const directory = group ?? unifiedGroup(linux, groups)
  if (directory === undefined) return []
  return [...new Set([directory, ...groupsBelow(directory)].flatMap((group) => linux.cgroup.processes(group)))]
}
