import {
  EngineError,
  type ContainerRecord,
  type OperationProgress,
  type ProgressOptions,
  type TaskState
} from '@runcible/interface'
import { finishRun, type FinishParts } from './finish-run.ts'
import { finishRemoval, removeAtRest, type RemovalParts } from './finish-removal.ts'
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
      throw gone(record)
    case 'stopped': {
      const ended = await finishRun(parts, record, options)
      return isOfThisBoot(parts, record) ? ended : removeIfAuto(parts, ended)
    }
    case 'running':
    case 'paused':
    case 'stopping': {
      const state = await taskState(parts, record)
      if (state !== undefined && state.status !== 'stopped') return withStatusOf(parts, record, state)
      const ended = await finishRun(parts, record, options)
      // An exit that no monitor saw, as at the end of a boot: none will call for what should follow it.
      return state?.exit === undefined ? removeIfAuto(parts, ended) : ended
    }
  }
}

async function removeIfAuto(parts: ReconcileParts, record: ContainerRecord): Promise<ContainerRecord> {
  if (!record.config.autoRemove) return record
  await removeAtRest(parts, record)
  throw gone(record)
}

const gone = ({ name }: ContainerRecord): EngineError =>
  new EngineError('not-found', `no container with name or ID "${name}" found: no such container`, {
    subject: { kind: 'container', name }
  })

/** Whatever an earlier boot left is no task any more, and its process ids belong to others. */
const isOfThisBoot = (parts: ReconcileParts, record: ContainerRecord): boolean =>
  record.bootId === parts.settings.host().bootId

async function taskState(parts: ReconcileParts, record: ContainerRecord): Promise<TaskState | undefined> {
  return isOfThisBoot(parts, record) ? (await loadTask(parts.runtime, record.id))?.state() : undefined
}

/** Whoever paused or resumed it may have died before they could record that. */
function withStatusOf(parts: ReconcileParts, record: ContainerRecord, { status }: TaskState): ContainerRecord {
  const isOther = record.status === 'running' ? status === 'paused' : record.status === 'paused' && status === 'running'
  if (!isOther) return record
  return parts.state.containers.update(record.id, (current) => ({ ...current, status: status as 'paused' | 'running' }))
}
