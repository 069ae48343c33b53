import {
  EngineError,
  isEngineError,
  type CallOptions,
  type ContainerRecord,
  type NetworkRecord,
  type Networks
} from '@runcible/interface'
import { matchesLabel, type Filters } from '../containers/filters.ts'
import { removeIfThere } from '../containers/remove.ts'
import type { ReconcileParts } from '../containers/reconcile.ts'
import { matching, truthOf } from '../matching.ts'
import { untilOf } from '../text/time-point.ts'
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
      return (await network.list()).filter(networkFilter(parts, options.filters ?? {}))
    },
    async inspect(name) {
      const record = await requireNetwork(parts, name)
      return { ...record, containers: usersOf(parts, record).flatMap((container) => endpointsOn(container, record)) }
    },
    exists: async (name) => (await network.inspect(name)) !== undefined,
    remove: (name, options) => removeNetwork(parts, name, options),
    prune: (options = {}) => pruneNetworks(parts, options)
  }
}

async function removeNetwork(
  parts: ReconcileParts,
  name: string,
  options: NonNullable<Parameters<Networks['remove']>[1]> = {}
): Promise<void> {
  const record = await requireNetwork(parts, name)
  const users = usersOf(parts, record)
  if (users.length > 0 && !options.force) throw networkInUse(record, users)
  const { timeout } = options
  const removal = { force: true, ...(timeout === undefined ? {} : { timeout }) }
  for (const { id } of users) await removeIfThere(parts, id, removal)
  await parts.network.remove(record.name, options)
  parts.events.publish({ type: 'network', action: 'remove', id: record.id, name: record.name })
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

function networkFilter(parts: Pick<ReconcileParts, 'state'>, filters: Filters): (network: NetworkRecord) => boolean {
  return matching<NetworkRecord>(filters, {
    name: (network, value) => network.name.includes(value),
    id: (network, value) => network.id.startsWith(value),
    driver: (network, value) => network.driver === value,
    label: (network, value) => matchesLabel(network.labels, value),
    'label!': (network, value) => !matchesLabel(network.labels, value),
    until: (network, value) => network.createdAt < untilOf(value),
    dangling: (network, value) => (usersOf(parts, network).length === 0) === truthOf('dangling', value)
  })
}

/** Why one network stays that others are removed with: in use, the default one, one of the user's own files, gone. */
const staying = ['in-use', 'invalid-argument', 'failed-precondition', 'unsupported', 'not-found'] as const

async function pruneNetworks(
  parts: ReconcileParts,
  { filters = {}, ...options }: CallOptions & { readonly filters?: Filters }
): Promise<readonly string[]> {
  const passes = networkFilter(parts, filters)
  const removed: string[] = []
  for (const { name } of (await parts.network.list()).filter(passes)) {
    try {
      await removeNetwork(parts, name, options)
      removed.push(name)
    } catch (error) {
      if (!staying.some((code) => isEngineError(error, code))) throw error
    }
  }
  return removed
}
