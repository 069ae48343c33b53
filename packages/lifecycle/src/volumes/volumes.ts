import {
  EngineError,
  isEngineError,
  type CallOptions,
  type ContainerRecord,
  type VolumeRecord,
  type Volumes
} from '@runcible/interface'
import { matchesLabel, type Filters } from '../containers/filters.ts'
import { removeIfThere } from '../containers/remove.ts'
import type { ReconcileParts } from '../containers/reconcile.ts'
import { matching, truthOf } from '../matching.ts'
import { untilOf } from '../text/time-point.ts'

/** The `volumes` part of a local engine. */
export function localVolumesFacade(parts: ReconcileParts): Volumes {
  const { volumes, events } = parts
  return {
    async create(spec, options) {
      const record = await volumes.create(spec, options)
      events.publish({ type: 'volume', action: 'create', id: record.name, name: record.name })
      return record
    },
    async list(options = {}) {
      return (await volumes.list()).filter(volumeFilter(parts, options.filters ?? {}))
    },
    inspect: (name) => known(parts, name),
    exists: async (name) => (await volumes.inspect(name)) !== undefined,
    remove: (name, options) => removeVolume(parts, name, options),
    prune: (options = {}) => pruneVolumes(parts, options)
  }
}

async function removeVolume(
  parts: ReconcileParts,
  name: string,
  options: NonNullable<Parameters<Volumes['remove']>[1]> = {}
): Promise<void> {
  await known(parts, name)
  const users = usersOf(parts, name)
  if (users.length > 0 && !options.force) throw volumeInUse(name, users)
  const { timeout } = options
  const removal = { force: true, ...(timeout === undefined ? {} : { timeout }) }
  for (const { id } of users) await removeIfThere(parts, id, removal)
  await parts.volumes.remove(name, options)
  parts.events.publish({ type: 'volume', action: 'remove', id: name, name })
}

async function known(parts: Pick<ReconcileParts, 'volumes'>, name: string): Promise<VolumeRecord> {
  const record = await parts.volumes.inspect(name)
  if (record === undefined)
    throw new EngineError('not-found', `no volume with name "${name}" found: no such volume`, {
      subject: { kind: 'volume', name }
    })
  return record
}

function usersOf(parts: Pick<ReconcileParts, 'state'>, name: string): readonly ContainerRecord[] {
  return parts.state.containers
    .list()
    .filter(({ config }) => config.mounts.some((mount) => mount.type === 'volume' && mount.source === name))
}

function volumeInUse(name: string, users: readonly ContainerRecord[]): EngineError {
  return new EngineError(
    'in-use',
    `volume ${name} is being used by the following container(s): ${users.map((user) => user.name).join(', ')}: volume is being used`,
    {
      subject: { kind: 'volume', name },
      hint: 'remove the containers first, or use --force to remove both'
    }
  )
}

function volumeFilter(parts: Pick<ReconcileParts, 'state'>, filters: Filters): (volume: VolumeRecord) => boolean {
  return matching<VolumeRecord>(filters, {
    name: (volume, value) => volume.name.includes(value),
    driver: (volume, value) => volume.driver === value,
    // Every volume is one of this host.
    scope: (_volume, value) => value === 'local',
    label: (volume, value) => matchesLabel(volume.labels, value),
    'label!': (volume, value) => !matchesLabel(volume.labels, value),
    opt: (volume, value) => matchesLabel(volume.options, value),
    until: (volume, value) => volume.createdAt < untilOf(value),
    dangling: (volume, value) => (usersOf(parts, volume.name).length === 0) === truthOf('dangling', value)
  })
}

async function pruneVolumes(
  parts: ReconcileParts,
  { filters = {}, ...options }: CallOptions & { readonly filters?: Filters }
): Promise<readonly string[]> {
  const passes = volumeFilter(parts, filters)
  const removed: string[] = []
  for (const { name } of (await parts.volumes.list()).filter(passes)) {
    try {
      await removeVolume(parts, name, options)
    } catch (error) {
      // Somebody uses it, or has removed it in the meantime.
      if (isEngineError(error, 'in-use') || isEngineError(error, 'not-found')) continue
      throw error
    }
    removed.push(name)
    parts.events.publish({ type: 'volume', action: 'prune', id: name, name })
  }
  return removed
}
