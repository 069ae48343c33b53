import { EngineError, type ContainerRecord, type VolumeRecord, type Volumes } from '@runcible/interface'
import { checkFilters, matchesLabel, type Filters } from '../containers/filters.ts'
import { removeIfThere } from '../containers/remove.ts'
import type { ReconcileParts } from '../containers/reconcile.ts'

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
    async remove(name, options = {}) {
      await known(parts, name)
      const users = usersOf(parts, name)
      if (users.length > 0 && !options.force) throw volumeInUse(name, users)
      for (const { id } of users) await removeIfThere(parts, id, { force: true })
      await volumes.remove(name, options)
      events.publish({ type: 'volume', action: 'remove', id: name, name })
    }
  }
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

const predicates: Readonly<Record<string, (volume: VolumeRecord, value: string, isUsed: boolean) => boolean>> = {
  name: (volume, value) => volume.name.includes(value),
  driver: (volume, value) => volume.driver === value,
  label: (volume, value) => matchesLabel(volume.labels, value),
  dangling: (_volume, value, isUsed) => isUsed === (value === 'false')
}

function volumeFilter(parts: Pick<ReconcileParts, 'state'>, filters: Filters): (volume: VolumeRecord) => boolean {
  checkFilters(filters, Object.keys(predicates))
  const isUsed = (volume: VolumeRecord) => 'dangling' in filters && usersOf(parts, volume.name).length > 0
  return (volume) =>
    Object.entries(filters).every(
      ([key, values]) => values.length === 0 || values.some((value) => predicates[key]!(volume, value, isUsed(volume)))
    )
}
