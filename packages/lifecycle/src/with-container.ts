import { EngineError, type ContainerRecord, type OperationProgress, type ProgressOptions } from '@runcible/interface'
import { reconcile, type ReconcileParts } from './containers/reconcile.ts'
import { containerLock } from './lock-names.ts'
import { findContainer } from './resolve-name.ts'

/**
 * Runs `action` on the container of this name, under its lock and with a record that tells the truth.
 * `not-found` when there is none, or none any more.
 */
export async function withContainer<T>(
  parts: ReconcileParts,
  name: string,
  options: ProgressOptions<OperationProgress>,
  action: (container: ContainerRecord) => Promise<T> | T
): Promise<T> {
  const { id } = findContainer(parts.state, name)
  await using _lock = await parts.state.lock(containerLock(id), options)
  const current = parts.state.containers.get(id)
  if (current === undefined) {
    throw new EngineError('not-found', `no container with name or ID "${name}" found: no such container`, {
      subject: { kind: 'container', name }
    })
  }
  return await action(await reconcile(parts, current, options))
}
