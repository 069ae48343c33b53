import { EngineError, type ContainerRecord, type NetworkRecord, type Networks } from '@runcible/interface'
import { checkFilters, matchesLabel, type Filters } from '../containers/filters.ts'
import { removeIfThere } from '../containers/remove.ts'
import type { ReconcileParts } from '../containers/reconcile.ts'
import { requireNetwork } from './require-network.ts'

/** The `networks` part of a local engine. */
export function localNetworks(parts: ReconcileParts): Networks {
  const { network, events } = parts
  return {
    async create(spec, options) {
      const record = await network.create(spec, options)
      events.publish({ type: 'network', action: 'create', id: record.id, name: record.name })
      return record
    },
    async list(options = {}) {
      return (await network.list()).filter(networkFilter(options.filters ?? {}))
    },
    async inspect(name) {
      const record = await requireNetwork(parts, name)
      return { ...record, containers: usersOf(parts, record).flatMap((container) => endpointsOn(container, record)) }
    },
    exists: async (name) => (await network.inspect(name)) !== undefined,
    async remove(name, options = {}) {
      const record = await requireNetwork(parts, name)
      const users = usersOf(parts, record)
      if (users.length > 0 && !options.force) throw networkInUse(record, users)
      const { timeout } = options
      const removal = { force: true, ...(timeout === undefined ? {} : { timeout }) }
      for (const { id } of users) await removeIfThere(parts, id, removal)
      await network.remove(record.name, options)
      events.publish({ type: 'network', action: 'remove', id: record.id, name: record.name })
    }
  }
}

/** Every container that was made for this network, whether it runs or not. */
function usersOf(parts: Pick<ReconcileParts, 'state'>, network: NetworkRecord): readonly ContainerRecord[] {
  return parts.state.containers
    .list()
    .filter(
      ({ config }) =>
        config.network.mode === 'bridge' &&
        config.network.endpoints.some(
          (endpoint) => endpoint.network === network.name || endpoint.network === network.id
        )
    )
}

function endpointsOn(container: ContainerRecord, network: NetworkRecord) {
  return (container.attachment?.endpoints ?? [])
    .filter((endpoint) => endpoint.networkId === network.id)
    .map(({ addresses, mac, interface: name }) => ({
      id: container.id,
      name: container.name,
      addresses,
      mac,
      interface: name
    }))
}

function networkInUse(network: NetworkRecord, users: readonly ContainerRecord[]): EngineError {
  return new EngineError(
    'in-use',
    `network ${network.name} has associated containers with it: ${users.map((user) => user.name).join(', ')}`,
    {
      subject: { kind: 'network', name: network.name },
      hint: 'remove the containers first, or use --force to remove both'
    }
  )
}

const predicates: Readonly<Record<string, (network: NetworkRecord, value: string) => boolean>> = {
  name: (network, value) => network.name.includes(value),
  id: (network, value) => network.id.startsWith(value),
  driver: (network, value) => network.driver === value,
  label: (network, value) => matchesLabel(network.labels, value)
}

function networkFilter(filters: Filters): (network: NetworkRecord) => boolean {
  checkFilters(filters, Object.keys(predicates))
  return (network) =>
    Object.entries(filters).every(
      ([key, values]) => values.length === 0 || values.some((value) => predicates[key]!(network, value))
    )
}
