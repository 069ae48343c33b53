import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { CallOptions } from '@runcible/interface'
import { deleteFromRuntime } from './abandoned.ts'
import { undoBundle } from './bundle.ts'
import { removeGroup } from './own-group.ts'
import type { TaskContext } from './task-context.ts'
import { readNote } from './task-note.ts'

/** Milliseconds between attempts: the last processes of a pid namespace may leave their group a moment after the first. */
const PAUSES = [0, 1, 2, 5, 10]

const removeOwn = async ({ id, linux, files, settings }: TaskContext): Promise<boolean> => {
  const group = readNote(files)?.ownGroup
  if (group === undefined) return false
  for (const pause of PAUSES) {
    if (pause > 0) await sleep(pause)
    if (!removeGroup(linux, group)) continue
    rmSync(join(settings.runtimeRoot, id), { recursive: true, force: true })
    return true
  }
  return false
}

/**
 * Takes down the mounts of a container that has ended, and has the runtime forget it. What is left of most containers is
 * their group and the runtime's record: these go without a process of the runtime.
 */
export const forgetContainer = async (context: TaskContext, { signal }: CallOptions = {}): Promise<void> => {
  const { id, linux, files, cli } = context
  if (await removeOwn(context)) return undoBundle(linux, files)
  // The container's mounts are its own: ours are taken down while the runtime works.
  const unmounted = nextTurn().then(() => undoBundle(linux, files))
  await Promise.all([deleteFromRuntime(cli, id, signal), unmounted])
}
