import { isEngineError, type CallOptions, type ContainerRecord, type Task } from '@runcible/interface'
import { withContainer } from '../with-container.ts'
import { giveAttendantTime } from './attendance.ts'
import { removeAtRest } from './finish-removal.ts'
import { finishRun } from './finish-run.ts'
import { publishContainer } from './publish.ts'
import type { ReconcileParts } from './reconcile.ts'
import { loadTask } from './task.ts'

export interface StopOptions extends CallOptions {
  /** Seconds before SIGKILL; the container's own when absent. */
  readonly timeout?: number
}

/** Milliseconds after the exit in which whoever stays with the container can clean up; then we do. */
const attendantTime = 2000

/** Stops a container and waits until it is cleaned up. One that does not run is left as it is. */
export async function stopContainer(parts: ReconcileParts, name: string, options: StopOptions = {}): Promise<void> {
  const stopping = await withContainer(parts, name, options, (record) => requestStop(parts, record, options))
  if (stopping === undefined) return
  // Without the lock: another command may look at, or kill, the container meanwhile.
  await escalate(stopping.task, stopping.record, options)
  await giveAttendantTime(parts, stopping.record.id, attendantTime, options.signal)
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
  return { record: await askToStop(parts, record, task, options), task }
}

async function askToStop(
  parts: ReconcileParts,
  record: ContainerRecord,
  task: Task,
  options: StopOptions
): Promise<ContainerRecord> {
  const { id, status, stoppedByUser } = record
  const { containers } = parts.state
  const stopping = containers.update(id, (current) => ({ ...current, status: 'stopping', stoppedByUser: true }))
  try {
    if (status === 'paused') await task.resume()
    await signal(task, firstSignal(record, options))
  } catch (error) {
    // It has been told nothing, and runs as before.
    containers.update(id, (current) => ({ ...current, status, stoppedByUser }))
    throw error
  }
  return stopping
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
    await withContainer(parts, record.id, {}, async (current) => {
      publishContainer(parts.events, 'stop', current)
      if (current.status === 'exited' && current.config.autoRemove) await removeAtRest(parts, current)
    })
  } catch (error) {
    // Removed at its exit.
    if (!isEngineError(error, 'not-found')) throw error
  }
}

/** Stops a running container whose lock the caller holds, and cleans up after it. */
export async function stopRunning(
  parts: ReconcileParts,
  record: ContainerRecord,
  options: StopOptions
): Promise<ContainerRecord> {
  const task = await loadTask(parts.runtime, record.id)
  if (task !== undefined) {
    await askToStop(parts, record, task, options)
    await escalate(task, record, options)
  }
  return finishRun(parts, parts.state.containers.get(record.id) ?? record)
}
