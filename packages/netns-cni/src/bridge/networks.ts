import {
  EngineError,
  type NetworkDriver,
  type NetworkRecord,
  type NetworkSpec,
  type StateStore
} from '@runcible/interface'
import type { NetlinkSocket } from '@runcible/linux'
import { leasesOfNetwork } from '../address-leases.ts'
import { chooseInterface, lookAround } from '../surroundings.ts'
import { lookUp, notFound } from '../network-lookup.ts'
import { NETWORKS_LOCK, type HostNames } from '../names.ts'
import {
  checkSpec,
  chooseSubnet,
  completeSubnet,
  DEFAULT_NETWORK,
  DEFAULT_NETWORK_ID,
  planSubnets,
  subnetsOf
} from '../network-spec.ts'
import type { RemoveLinks } from '../rtnetlink/remove-links.ts'

/** Networks as records of the state store. */
export interface BridgeNetworkRecords extends Pick<NetworkDriver, 'create' | 'remove' | 'list' | 'inspect'> {
  /** @throws EngineError `not-found` */
  require(name: string): NetworkRecord
  /** Gives the default network another subnet while nobody uses it. */
  moveDefault(): NetworkRecord
}

interface Needs {
  readonly state: StateStore
  readonly names: HostNames
  readonly openRoute: () => NetlinkSocket
  readonly removeLinks: RemoveLinks
}

const newId = async (): Promise<string> => {
  const { randomBytes } = await import('node:crypto')
  return randomBytes(32).toString('hex')
}

export const bridgeNetworkRecords = ({ state, names, openRoute, removeLinks }: Needs): BridgeNetworkRecords => {
  const records = () => state.networks.list().map((stored) => stored.record)
  const around = () => lookAround(openRoute)
  const insertDefault = (): NetworkRecord => {
    const { hostSubnets: busy, devices } = around()
    return state.transaction((stores) => {
      const existing = stores.networks.get(DEFAULT_NETWORK)
      if (existing !== undefined) return existing.record
      const networks = stores.networks.list().map((stored) => stored.record)
      const subnet = chooseSubnet([...networks.flatMap(subnetsOf), ...busy], names.firstSubnet)
      const record: NetworkRecord = {
        id: DEFAULT_NETWORK_ID,
        name: DEFAULT_NETWORK,
        driver: 'bridge',
        interface: chooseInterface(names.bridgePrefix, networks, { devices }),
        subnets: [completeSubnet(subnet)],
        internal: false,
        ipv6: false,
        dns: false,
        labels: {},
        options: {},
        createdAt: Date.now()
      }
      stores.networks.insert({ id: DEFAULT_NETWORK, record })
      return record
    })
  }
  const ensureDefault = (): NetworkRecord => state.networks.get(DEFAULT_NETWORK)?.record ?? insertDefault()

  const find = (name: string): NetworkRecord | undefined => {
    ensureDefault()
    return (state.networks.get(name) ?? state.networks.find(name))?.record ?? lookUp(records(), name)
  }

  const create = async (spec: NetworkSpec): Promise<NetworkRecord> => {
    checkSpec(spec)
    ensureDefault()
    const id = await newId()
    const { hostSubnets: busy, devices } = around()
    return state.transaction((stores) => {
      const { name } = spec
      const subject = { kind: 'network', name } as const
      if (stores.networks.get(name) !== undefined)
        throw new EngineError('already-exists', `network ${name} already exists`, { subject })
      const networks = stores.networks.list().map((stored) => stored.record)
      if (
        spec.interface !== undefined &&
        (devices.has(spec.interface) || networks.some((network) => network.interface === spec.interface))
      ) {
        throw new EngineError('invalid-argument', `device ${spec.interface} exists already`, {
          subject,
          hint: 'choose another device name, or none'
        })
      }
      const record: NetworkRecord = {
        id,
        name,
        driver: 'bridge',
        interface: spec.interface ?? chooseInterface(names.bridgePrefix, networks, { devices }),
        subnets: planSubnets(spec, { networks, hostSubnets: busy, firstSubnet: names.firstSubnet }),
        internal: spec.internal ?? false,
        ipv6: false,
        dns: false,
        labels: { ...spec.labels },
        options: { ...spec.options },
        createdAt: Date.now()
      }
      stores.networks.insert({ id: name, record })
      return record
    })
  }

  const requireRecord = (name: string): NetworkRecord => {
    const record = find(name)
    if (record === undefined) throw notFound(name)
    return record
  }

  const remove: NetworkDriver['remove'] = async (name, options) => {
    await using _lock = await state.lock(NETWORKS_LOCK, options)
    const record = requireRecord(name)
    const subject = { kind: 'network', name: record.name } as const
    if (record.name === DEFAULT_NETWORK)
      throw new EngineError('invalid-argument', `the default network ${record.name} cannot be removed`, { subject })
    state.transaction((stores) => {
      const [lease] = leasesOfNetwork(stores, record.name, 1)
      if (lease !== undefined) {
        throw new EngineError(
          'in-use',
          `network ${record.name} is used by container ${lease.containerId.slice(0, 12)}`,
          { subject, hint: 'remove its containers first' }
        )
      }
      stores.networks.delete(record.name)
    })
    if (record.interface !== undefined) await removeLinks([record.interface])
  }

  const moveDefault = (): NetworkRecord => {
    const { hostSubnets: busy } = around()
    const others = records().filter((record) => record.name !== DEFAULT_NETWORK)
    const subnets = [completeSubnet(chooseSubnet([...others.flatMap(subnetsOf), ...busy], names.firstSubnet))]
    return state.networks.update(DEFAULT_NETWORK, ({ id, record }) => ({ id, record: { ...record, subnets } })).record
  }

  return {
    create,
    remove,
    list: async () => {
      ensureDefault()
      return records()
    },
    inspect: async (name) => find(name),
    require: requireRecord,
    moveDefault
  }
}
