import { EngineError, type ContainerRecord, type Task } from '@runcible/interface'
import type { Parts } from '../settings.ts'

/** The task of a container that runs or is paused; `failed-precondition` naming what was wanted. */
export async function requireRunning(
  parts: Pick<Parts, 'runtime'>,
  record: ContainerRecord,
  wanted: string
): Promise<Task> {
  const { status, name, id } = record
  if (status === 'running' || status === 'paused' || status === 'stopping') return parts.runtime.load(id)
  throw new EngineError('failed-precondition', `cannot ${wanted} container ${name}: it is not running (${status})`, {
    subject: { kind: 'container', name },
    hint: `start it first: runcible start ${name}`
  })
}
