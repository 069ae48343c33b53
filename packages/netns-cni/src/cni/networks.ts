import { randomBytes } from 'node:crypto'
import {
  EngineError,
  type NetworkDriver,
  type NetworkRecord,
  type NetworkSpec,
  type StateStore
} from '@runcible/interface'
import type { NetlinkSocket } from '@runcible/linux'
import { leasesOfNetwork } from '../address-leases.ts'
import { NETWORKS_LOCK, type HostNames } from '../names.ts'
import { lookUp, notFound } from '../network-lookup.ts'
import { checkSpec, DEFAULT_NETWORK, DEFAULT_NETWORK_ID, planSubnets } from '../network-spec.ts'
import type { RemoveLinks } from '../rtnetlink/remove-links.ts'
import { chooseInterface, lookAround } from '../surroundings.ts'
import { conflistFor } from './conflist.ts'
import type { ConflistFiles, StoredConflist } from './conflist-files.ts'

/** Networks as configuration lists in files. */
export interface CniNetworkRecords extends Pick<NetworkDriver, 'create' | 'remove' | 'list' | 'inspect'> {
  /** @throws EngineError `not-found` */
  require(name: string): StoredConflist
}

interface Needs {
  readonly state: StateStore
  readonly names: HostNames
  readonly openRoute: () => NetlinkSocket
  readonly removeLinks: RemoveLinks
  readonly files: ConflistFiles
  /** Where host-local keeps what it gave out. */
  readonly ipamDirectory: string
}

export const cniNetworkRecords = ({
  state,
  names,
  openRoute,
  removeLinks,
  files,
  ipamDirectory
}: Needs): CniNetworkRecords => {
  const plan = (spec: NetworkSpec, id: string): NetworkRecord => {
    checkSpec(spec)
    const { name } = spec
    const networks = files.list().map((stored) => stored.record)
    const subject = { kind: 'network', name } as const
    if (networks.some((network) => network.name === name))
      throw new EngineError('already-exists', `network ${name} already exists`, { subject })
    const { hostSubnets, devices } = lookAround(openRoute)
    if (
      spec.interface !== undefined &&
      (devices.has(spec.interface) || networks.some((network) => network.interface === spec.interface))
    ) {
      throw new EngineError('invalid-argument', `device ${spec.interface} exists already`, {
        subject,
        hint: 'choose another device name, or none'
      })
    }
    return {
      id,
      name,
      driver: 'bridge',
      interface: spec.interface ?? chooseInterface(names.bridgePrefix, networks, { devices }),
      subnets: planSubnets(spec, { networks, hostSubnets, firstSubnet: names.firstSubnet }),
      internal: spec.internal ?? false,
      ipv6: false,
      dns: false,
      labels: { ...spec.labels },
      options: { ...spec.options },
      createdAt: Date.now()
    }
  }
  const all = (): StoredConflist[] => {
    const found = files.list()
    if (found.some(({ record }) => record.name === DEFAULT_NETWORK)) return found
    files.save(conflistFor(plan({ name: DEFAULT_NETWORK }, DEFAULT_NETWORK_ID), ipamDirectory))
    return files.list()
  }
  const find = (name: string): StoredConflist | undefined => {
    const found = all()
    const record = lookUp(
      found.map((stored) => stored.record),
      name
    )
    return found.find((stored) => stored.record === record)
  }
  const require = (name: string): StoredConflist => {
    const stored = find(name)
    if (stored === undefined) throw notFound(name)
    return stored
  }
  const create: NetworkDriver['create'] = async (spec, options) => {
    await using _lock = await state.lock(NETWORKS_LOCK, options)
    all()
    const record = plan(spec, randomBytes(32).toString('hex'))
    files.save(conflistFor(record, ipamDirectory))
    return record
  }
  const remove: NetworkDriver['remove'] = async (wanted, options) => {
    await using _lock = await state.lock(NETWORKS_LOCK, options)
    const { record, own } = require(wanted)
    const { name } = record
    const subject = { kind: 'network', name } as const
    if (name === DEFAULT_NETWORK)
      throw new EngineError('invalid-argument', `the default network ${name} cannot be removed`, { subject })
    if (!own)
      throw new EngineError('invalid-argument', `network ${name} was not made by this engine`, {
        subject,
        hint: 'remove its CNI configuration file'
      })
    const [lease] = leasesOfNetwork(state, name, 1)
    if (lease !== undefined) {
      throw new EngineError('in-use', `network ${name} is used by container ${lease.containerId.slice(0, 12)}`, {
        subject,
        hint: 'remove its containers first'
      })
    }
    files.remove(name)
    if (record.interface !== undefined) await removeLinks([record.interface])
  }
  return {
    create,
    remove,
    require,
    list: async () => all().map((stored) => stored.record),
    inspect: async (name) => find(name)?.record
  }
}
