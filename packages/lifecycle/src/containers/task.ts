import { isEngineError, type ContainerRuntime, type Task } from '@runcible/interface'

/** The task of a container, or undefined when nothing is left of it. */
export async function loadTask(runtime: ContainerRuntime, id: string): Promise<Task | undefined> {
  try {
    return await runtime.load(id)
  } catch (error) {
    if (isEngineError(error, 'not-found')) return undefined
    throw error
  }
}
