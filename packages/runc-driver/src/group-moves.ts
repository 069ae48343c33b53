import { close, openSync, write } from 'node:fs'
import { join } from 'node:path'
import type { Linux } from '@runcible/linux'
import { legacyGroup, unifiedGroup } from './cgroup-files.ts'

/*
 * A process is moved into a control group under a lock that all forks take part in. Whoever takes it first waits for a
 * grace period of the kernel, ten milliseconds and more; whoever comes within the next one does not
 * (`cgroup_threadgroup_rwsem`, kernel/rcu/sync.c). A runtime moves each container and each exec, so that wait is a third
 * of what it needs. It can be over by then: a move of this process to where it is changes nothing, and takes the lock.
 */

/** Moves before it is given up that a container follows, and milliseconds between them: less than any grace period. */
const MOVES = 25
const PAUSE = 4

/** The list of processes of one of our own groups. */
const ownList = (linux: Linux): string | undefined => {
  const groups = linux.cgroup.groupsOf(process.pid)
  const group = ['freezer', 'pids', 'memory'].map((name) => legacyGroup(linux, groups, name)).find(Boolean)
  const directory = group ?? unifiedGroup(linux, groups)
  return directory && join(directory, 'cgroup.procs')
}

export interface GroupMoves {
  /** From now on, for a tenth of a second, moves into groups are quick. Nothing is promised, and nothing fails. */
  anticipate(): void
  /** The move has been made. */
  settle(): void
}

/** The writes wait in a thread of the pool, beside whatever else is prepared. */
export const groupMoves = (linux: Linux): GroupMoves => {
  let left = 0
  let isMoving = false
  const pid = Buffer.from(`${process.pid}`)
  const end = (fd: number): void => {
    isMoving = false
    close(fd)
  }
  const move = (fd: number): void => {
    if (left-- <= 0) return end(fd)
    write(fd, pid, 0, pid.length, 0, (error) => {
      if (error !== null) return end(fd)
      setTimeout(() => move(fd), PAUSE).unref()
    })
  }
  return {
    anticipate: () => {
      left = MOVES
      if (isMoving) return
      try {
        const list = ownList(linux)
        if (list === undefined) return
        const fd = openSync(list, 'w')
        isMoving = true
        move(fd)
      } catch {
        // Without the right to move itself a process waits as long as it always did.
      }
    },
    settle: () => {
      left = 0
    }
  }
}
