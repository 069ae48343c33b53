import { EngineError, type ContainerRecord, type RemoveContainerOptions } from '@runcible/interface'
import { withContainer } from '../with-container.ts'
import { finishRemoval } from './finish-removal.ts'
import type { ReconcileParts } from './reconcile.ts'
import { stopRunning } from './stop.ts'

const isUp = ({ status }: ContainerRecord) => status === 'running' || status === 'paused' || status === 'stopping'

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
    const { volumes } = options
    const removing = parts.state.containers.update(record.id, (current) => ({
      ...current,
      status: 'removing',
      ...(volumes === undefined ? {} : { removeVolumes: volumes })
    }))
    await finishRemoval(parts, removing)
    return record.id
  })
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
