import { rmSync } from 'node:fs'
import type { ContainerRecord } from '@runcible/interface'
import type { Parts } from '../settings.ts'
import { finishRun, type FinishParts } from './finish-run.ts'
import { publishContainer } from './publish.ts'
import { containerDirectory } from './run-directory.ts'

export type RemovalParts = FinishParts & Pick<Parts, 'snapshotter' | 'logs'>

/**
 * Removes everything of a container whose record says `removing`, the record last, so that an interrupted removal is
 * found and gone on with. The caller holds the container's lock.
 */
export async function finishRemoval(
  parts: RemovalParts,
  record: ContainerRecord,
  options: { readonly volumes?: boolean } = {}
): Promise<void> {
  await finishRun(parts, record)
  await parts.snapshotter.remove(record.id)
  await parts.logs.remove(record.config.log)
  rmSync(containerDirectory(parts.settings, record.id), { recursive: true, force: true })
  if (options.volumes ?? record.removeVolumes ?? record.config.autoRemove) await removeAnonymousVolumes(parts, record)
  parts.state.transaction(({ containers }) => {
    if (containers.delete(record.id)) publishContainer(parts.events, 'remove', record)
  })
}

/** Removes a container that is at rest. The caller holds its lock. `removeVolumes` absent: as the container says. */
export async function removeAtRest(
  parts: RemovalParts,
  { id }: ContainerRecord,
  removeVolumes?: boolean
): Promise<void> {
  const removing = parts.state.containers.update(id, (current) => ({
    ...current,
    status: 'removing',
    ...(removeVolumes === undefined ? {} : { removeVolumes })
  }))
  await finishRemoval(parts, removing)
}

async function removeAnonymousVolumes(parts: RemovalParts, record: ContainerRecord): Promise<void> {
  for (const mount of record.config.mounts) {
    if (mount.type !== 'volume' || mount.anonymous !== true || mount.source === undefined) continue
    const { source } = mount
    const sharers = parts.state.containers
      .list()
      .filter(
        (other) =>
          other.id !== record.id && other.config.mounts.some((one) => one.type === 'volume' && one.source === source)
      )
    if (sharers.length === 0 && (await parts.volumes.inspect(source)) !== undefined) await parts.volumes.remove(source)
  }
}
