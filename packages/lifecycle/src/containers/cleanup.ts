import { setTimeout as sleep } from 'node:timers/promises'
import { isEngineError, type ContainerRecord, type OperationProgress, type ProgressOptions } from '@runcible/interface'
import { throwIfAborted } from '../abort.ts'
import { stepRunner } from '../steps.ts'
import { withContainer } from '../with-container.ts'
import { removeAtRest } from './finish-removal.ts'
import { publishContainer } from './publish.ts'
import { consecutiveRestarts, restartDelay, wantsRestart } from './restart-policy.ts'
import { removeRunDirectory } from './run-directory.ts'
import { startLocked, type StartParts } from './start.ts'

/**
 * What follows an exit: the run is finished (by `withContainer`, if nobody did so yet), then the container is removed
 * or restarted as it was asked for. Repeatable; nothing happens to a container that runs.
 */
export async function cleanUpContainer(
  parts: StartParts,
  name: string,
  options: ProgressOptions<OperationProgress> = {}
): Promise<void> {
  const step = stepRunner(options)
  const delay = await unlessGone(() =>
    withContainer(parts, name, options, async (record) => {
      if (record.status !== 'exited') return undefined
      publishContainer(parts.events, 'cleanup', record)
      if (record.config.autoRemove) {
        await step('remove', () => removeAtRest(parts, record))
        return undefined
      }
      const delay = restartDelay(record)
      if (delay === undefined) removeRunDirectory(parts.settings, record.id)
      return delay
    })
  )
  if (delay === undefined) return
  await sleep(delay, undefined, options.signal ? { signal: options.signal } : {}).catch(() =>
    throwIfAborted(options.signal, `waiting to restart container ${name}`)
  )
  await unlessGone(() => withContainer(parts, name, options, (record) => restart(parts, record)))
}

async function unlessGone<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action()
  } catch (error) {
    if (isEngineError(error, 'not-found')) return undefined
    throw error
  }
}

async function restart(parts: StartParts, record: ContainerRecord): Promise<void> {
  // A stop, a removal or a start of the user's may have come while waiting.
  if (record.status !== 'exited') return
  if (!wantsRestart(record)) return removeRunDirectory(parts.settings, record.id)
  const restartCount = consecutiveRestarts(record) + 1
  publishContainer(parts.events, 'restart', record)
  await startLocked(parts, { ...record, restartCount }, {}, stepRunner())
}
