import { rmdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { CreateTask } from '@runcible/interface'
import type { Linux } from '@runcible/linux'
import { groupsBelow, hierarchies } from './cgroup-files.ts'
import type { RuncSettings } from './settings.ts'

/**
 * The container's group, where removing it and the runtime's directory is all that `delete` of runc would do: there are
 * no hooks, the processes end with their pid namespace, and the group is made by file and named for the container.
 */
export const ownGroup = (task: CreateTask, { systemdCgroup }: RuncSettings, runtime: string): string | undefined => {
  const { hooks, linux } = task.spec
  const path = linux?.cgroupsPath
  const hasPids = linux?.namespaces?.some(({ type, path: shared }) => type === 'pid' && shared === undefined) === true
  const isOwn = path !== undefined && path.startsWith('/') && basename(path) === task.id
  return basename(runtime) === 'runc' && !systemdCgroup && hooks === undefined && hasPids && isOwn ? path : undefined
}

const rmdirIfFree = (path: string): boolean => {
  try {
    rmdirSync(path)
    return true
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return true
    if (code === 'EBUSY' || code === 'ENOTEMPTY') return false
    throw error
  }
}

const removeTree = (group: string): boolean =>
  rmdirIfFree(group) || (groupsBelow(group).toReversed().every(rmdirIfFree) && rmdirIfFree(group))

/** Removes a group in every tree, with those that the container made below it. False when something is still in one. */
export const removeGroup = (linux: Linux, path: string): boolean =>
  hierarchies(linux)
    .map((mount) => removeTree(join(mount, path)))
    .every(Boolean)
