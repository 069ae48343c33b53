import { EngineError, type ContainerRecord, type OperationProgress, type ProgressOptions } from '@runcible/interface'
import { finishRun, type FinishParts } from './finish-run.ts'
import { finishRemoval, type RemovalParts } from './finish-removal.ts'
import { loadTask } from './task.ts'

export type ReconcileParts = FinishParts & RemovalParts

/**
 * Brings a record in line with what is really there: finishes removals and clean-ups that another process began and
 * notices exits that nobody recorded. The caller holds the container's lock. `not-found` when nothing remains of it.
 */
export async function reconcile(
  parts: ReconcileParts,
  record: ContainerRecord,
  options: ProgressOptions<OperationProgress> = {}
): Promise<ContainerRecord> {
  switch (record.status) {
    case 'created':
    case 'exited':
      return record
    case 'removing':
      await finishRemoval(parts, record)
      throw new EngineError('not-found', `no container with name or ID "${record.name}" found: no such container`, {
        subject: { kind: 'container', name: record.name }
      })
    case 'stopped':
      return finishRun(parts, record, options)
    case 'running':
    case 'paused':
    case 'stopping':
      return (await isAlive(parts, record)) ? record : finishRun(parts, record, options)
  }
}

async function isAlive(parts: ReconcileParts, record: ContainerRecord): Promise<boolean> {
  // Process ids of an earlier boot belong to others by now.
  if (record.bootId !== parts.settings.host().bootId) return false
  const task = await loadTask(parts.runtime, record.id)
  const state = await task?.state()
  return state !== undefined && state.status !== 'stopped'
}
