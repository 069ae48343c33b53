import type { ContainerRecord, Exit, OperationProgress, ProgressOptions } from '@runcible/interface'
import { attendanceLock } from '../lock-names.ts'
import type { Parts } from '../settings.ts'
import { stepRunner } from '../steps.ts'
import { isUp } from './is-up.ts'
import { publishContainer } from './publish.ts'
import { wantsRestart } from './restart-policy.ts'
import { removeRunDirectory } from './run-directory.ts'
import { loadTask } from './task.ts'

export type FinishParts = Pick<Parts, 'runtime' | 'network' | 'volumes' | 'state' | 'events' | 'settings'>

/** What is recorded when nobody saw the exit: the monitor was killed, or the machine went down. */
const unknownExit = (): Exit => ({ code: 255, at: Date.now(), oomKilled: false })

/**
 * Ends a run: records the exit, then gives back everything the run held. Repeatable at any point: the run directory,
 * removed last, says that there is something to do. The caller holds the container's lock.
 */
export async function finishRun(
  parts: FinishParts,
  record: ContainerRecord,
  options: ProgressOptions<OperationProgress> = {}
): Promise<ContainerRecord> {
  const step = stepRunner(options.onProgress ? { onProgress: options.onProgress } : {})
  const task = await loadTask(parts.runtime, record.id)
  const ended = recordExit(parts, record, (await task?.state())?.exit)
  const results = await Promise.allSettled([
    step('task-delete', () => task?.delete({ force: true })),
    step('network-teardown', () =>
      parts.network.teardown({
        containerId: record.id,
        ...(record.attachment ? { attachment: record.attachment } : {})
      })
    ),
    ...record.volumes.map((volume) => parts.volumes.unmount(volume, record.id))
  ])
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
  if (!isUp(record) || !isFollowed(ended)) removeRunDirectory(parts.settings, record.id)
  // Asking removes the file that a killed attendant left.
  parts.state.isLocked(attendanceLock(record.id))
  if (record.status === 'removing') return ended
  return parts.state.containers.update(record.id, ({ attachment: _attachment, ...rest }) => ({
    ...rest,
    volumes: [],
    status: rest.startedAt === undefined ? 'created' : 'exited'
  }))
}

/** Whether the exit command, or whoever stays for the exit, has something to do still: it is to find the run directory. */
const isFollowed = (ended: ContainerRecord): boolean => ended.config.autoRemove || wantsRestart(ended)

function recordExit(parts: FinishParts, record: ContainerRecord, exit: Exit | undefined): ContainerRecord {
  return parts.state.transaction(({ containers }) => {
    if (!isUp(record)) return record
    const ended = { ...record, status: 'stopped' as const, pid: 0, exit: exit ?? unknownExit() }
    publishContainer(parts.events, 'died', record, { containerExitCode: String(ended.exit.code) })
    return containers.update(record.id, () => ended)
  })
}
