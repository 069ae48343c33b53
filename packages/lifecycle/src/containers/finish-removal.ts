import { rmSync } from 'node:fs'
import type { ContainerRecord } from '@runcible/interface'
import type { Parts } from '../settings.ts'
import { finishRun, type FinishParts } from './finish-run.ts'
import { publishContainer } from './publish.ts'
import { containerDirectory, removeRunDirectory } from './run-directory.ts'

export type RemovalParts = FinishParts & Pick<Parts, 'snapshotter' | 'logs'>

/** Goes on with an interrupted removal, of a container whose record says `removing`. The caller holds its lock. */
export async function finishRemoval(parts: RemovalParts, record: ContainerRecord): Promise<void> {
  await finishRun(parts, record)
  await removeRest(parts, record)
}

/** The record goes last, so that whatever is interrupted is found and gone on with. */
async function removeRest(parts: RemovalParts, record: ContainerRecord): Promise<void> {
  removeRunDirectory(parts.settings, record.id)
  await parts.snapshotter.remove(record.id)
  await parts.logs.remove(record.config.log)
  rmSync(containerDirectory(parts.settings, record.id), { recursive: true, force: true })
  if (record.removeVolumes ?? record.config.autoRemove) await removeAnonymousVolumes(parts, record)
  parts.state.transaction(({ containers }) => {
    if (containers.delete(record.id)) publishContainer(parts.events, 'remove', record)
  })
}

/** Removes a container that is at rest: its last run is finished. The caller holds its lock. `removeVolumes` absent: as the container says. */
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
  await removeRest(parts, removing)
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
