import { isEngineError, type CallOptions, type ContainerRecord, type Task } from '@runcible/interface'
import type { Parts } from '../settings.ts'
import { withContainer } from '../with-container.ts'
import { finishRun } from './finish-run.ts'
import { publishContainer } from './publish.ts'
import type { ReconcileParts } from './reconcile.ts'
import { attendanceLock } from '../lock-names.ts'
import { loadTask } from './task.ts'

export interface StopOptions extends CallOptions {
  /** Seconds before SIGKILL; the container's own when absent. */
  readonly timeout?: number
}

/** Stops a container and waits until it is cleaned up. One that does not run is left as it is. */
export async function stopContainer(parts: ReconcileParts, name: string, options: StopOptions = {}): Promise<void> {
  const stopping = await withContainer(parts, name, options, (record) => requestStop(parts, record, options))
  if (stopping === undefined) return
  // Without the lock: another command may look at, or kill, the container meanwhile.
  await escalate(stopping.task, stopping.record, options)
  await parts.state.lock(attendanceLock(stopping.record.id)).then((lock) => lock[Symbol.asyncDispose]())
  await finishUnlessGone(parts, stopping.record)
}

interface Stopping {
  readonly record: ContainerRecord
  readonly task: Task
}

/** Records the wish, so that no restart policy undoes it, and sends the stop signal. */
async function requestStop(
  parts: ReconcileParts,
  record: ContainerRecord,
  options: StopOptions
): Promise<Stopping | undefined> {
  if (record.status === 'created' || record.status === 'exited') {
    parts.state.containers.update(record.id, (current) => ({ ...current, stoppedByUser: true }))
    return undefined
  }
  const task = await loadTask(parts.runtime, record.id)
  if (task === undefined) return undefined
  const stopping = parts.state.containers.update(record.id, (current) => ({
    ...current,
    status: 'stopping',
    stoppedByUser: true
  }))
  if (record.status === 'paused') await task.resume()
  await signal(task, firstSignal(record, options))
  return { record: stopping, task }
}

/** With no time to wait there is no use in asking first. */
const firstSignal = ({ config }: ContainerRecord, { timeout = config.stopTimeout }: StopOptions): string =>
  timeout === 0 ? 'SIGKILL' : config.stopSignal

/** Waits for the exit after the stop signal, and for that after SIGKILL. */
async function escalate(task: Task, record: ContainerRecord, options: StopOptions): Promise<void> {
  const seconds = options.timeout ?? record.config.stopTimeout
  if (await exitsWithin(task, seconds * 1000, options.signal)) return
  await signal(task, 'SIGKILL')
  await task.wait(options.signal ? { signal: options.signal } : {})
}

async function exitsWithin(task: Task, milliseconds: number, signal: AbortSignal | undefined): Promise<boolean> {
  const deadline = AbortSignal.timeout(Math.max(1, milliseconds))
  try {
    await task.wait({ signal: signal ? AbortSignal.any([signal, deadline]) : deadline })
    return true
  } catch (error) {
    if (deadline.aborted && !signal?.aborted) return false
    throw error
  }
}

async function signal(task: Task, name: string): Promise<void> {
  try {
    await task.kill(name)
  } catch (error) {
    // It exited in the meantime: what was wanted.
    if (!isEngineError(error, 'failed-precondition')) throw error
  }
}

async function finishUnlessGone(parts: ReconcileParts, record: ContainerRecord): Promise<void> {
  try {
    await withContainer(parts, record.id, {}, (current) => publishStop(parts, current))
  } catch (error) {
    // Removed at its exit.
    if (!isEngineError(error, 'not-found')) throw error
  }
}

function publishStop(parts: Pick<Parts, 'events'>, record: ContainerRecord): void {
  publishContainer(parts.events, 'stop', record)
}

/** Stops a running container whose lock the caller holds, and cleans up after it. */
export async function stopRunning(
  parts: ReconcileParts,
  record: ContainerRecord,
  options: StopOptions
): Promise<ContainerRecord> {
  parts.state.containers.update(record.id, (current) => ({ ...current, status: 'stopping', stoppedByUser: true }))
  const task = await loadTask(parts.runtime, record.id)
  if (task !== undefined) {
    if (record.status === 'paused') await task.resume()
    await signal(task, firstSignal(record, options))
    await escalate(task, record, options)
  }
  return finishRun(parts, parts.state.containers.get(record.id) ?? record)
}
