import { EngineError, isEngineError, type ContainerRecord, type RemoveContainerOptions } from '@runcible/interface'
import { withContainer } from '../with-container.ts'
import { removeAtRest } from './finish-removal.ts'
import { isUp } from './is-up.ts'
import type { ReconcileParts } from './reconcile.ts'
import { stopRunning } from './stop.ts'

/** Removes a container, a running one only with `force`. Returns its id. */
export async function removeContainer(
  parts: ReconcileParts,
  name: string,
  options: RemoveContainerOptions = {}
): Promise<string> {
  return withContainer(parts, name, options, async (record) => {
    if (isUp(record)) {
      if (!options.force) throw cannotRemove(record)
      await stopRunning(parts, record, { ...options, timeout: options.timeout ?? 0 })
    }
    await removeAtRest(parts, record, options.volumes)
    return record.id
  })
}

/** The same for whoever only wants it gone: another may have removed it, or this may finish a removal of another's. */
export async function removeIfThere(
  parts: ReconcileParts,
  name: string,
  options: RemoveContainerOptions
): Promise<void> {
  try {
    await removeContainer(parts, name, options)
  } catch (error) {
    if (!isEngineError(error, 'not-found')) throw error
  }
}

function cannotRemove(record: ContainerRecord): EngineError {
  return new EngineError(
    'failed-precondition',
    `cannot remove container ${record.id} as it is ${record.status} - running or paused containers cannot be removed without force`,
    {
      subject: { kind: 'container', name: record.name },
      hint: `stop it first, or use: runcible rm --force ${record.name}`
    }
  )
}
