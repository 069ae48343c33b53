import { isEngineError, type ContainerRecord, type ContainerRuntime, type Task } from '@runcible/interface'
import { isUp } from './is-up.ts'

/** The task of a container, or undefined when nothing is left of it. */
export async function loadTask(runtime: ContainerRuntime, id: string): Promise<Task | undefined> {
  try {
    return await runtime.load(id)
  } catch (error) {
    if (isEngineError(error, 'not-found')) return undefined
    throw error
  }
}

/**
 * The process of a container as its runtime vouches for it. The recorded id alone may belong to some other process of
 * the host by now, whose files and namespaces are none of a container's business.
 */
export async function livingPid(runtime: ContainerRuntime, record: ContainerRecord): Promise<number | undefined> {
  if (!isUp(record)) return undefined
  const state = await (await loadTask(runtime, record.id))?.state()
  return state !== undefined && state.status !== 'stopped' && state.pid > 0 ? state.pid : undefined
}
