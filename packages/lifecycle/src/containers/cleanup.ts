import { setTimeout as sleep } from 'node:timers/promises'
import { isEngineError, type ContainerRecord, type OperationProgress, type ProgressOptions } from '@runcible/interface'
import { throwIfAborted } from '../abort.ts'
import { stepRunner } from '../steps.ts'
import { withContainer } from '../with-container.ts'
import { finishRemoval } from './finish-removal.ts'
import { publishContainer } from './publish.ts'
import { startLocked, type StartParts } from './start.ts'

/** Milliseconds before the first restart; doubled for each further one. */
const firstDelay = 100
const longestDelay = 60_000
/** A run of this many milliseconds was a good one: the next failure counts as the first again. */
const goodRun = 10_000

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
        const removing = parts.state.containers.update(record.id, (current) => ({ ...current, status: 'removing' }))
        await step('remove', () => finishRemoval(parts, removing))
        return undefined
      }
      return restartDelay(record)
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

/** Milliseconds until the restart that the policy wants; undefined for none. */
export function restartDelay(record: ContainerRecord): number | undefined {
  if (!wantsRestart(record)) return undefined
  return Math.min(longestDelay, firstDelay * 2 ** Math.min(consecutiveRestarts(record), 30))
}

function wantsRestart(record: ContainerRecord): boolean {
  const { name, maximumRetryCount } = record.config.restart
  if (record.stoppedByUser || record.status !== 'exited' || record.exit === undefined) return false
  if (name === 'always' || name === 'unless-stopped') return true
  return name === 'on-failure' && record.exit.code !== 0 && record.restartCount < (maximumRetryCount ?? Infinity)
}

function consecutiveRestarts(record: ContainerRecord): number {
  const ran = (record.exit?.at ?? 0) - (record.startedAt ?? 0)
  return ran >= goodRun ? 0 : record.restartCount
}

async function restart(parts: StartParts, record: ContainerRecord): Promise<void> {
  // A stop, a removal or a start of the user's may have come while waiting.
  if (!wantsRestart(record)) return
  const restartCount = consecutiveRestarts(record) + 1
  const counted = parts.state.containers.update(record.id, (current) => ({ ...current, restartCount }))
  publishContainer(parts.events, 'restart', record)
  await startLocked(parts, counted, {}, stepRunner())
}
