import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { EngineError, type NetworkRecord } from '@runcible/interface'
import { errorCode, type NetlinkSocket } from '@runcible/linux'
import { cidrsOverlap, formatCidr, requireCidr, requireIp, type Cidr, type IpAddress } from '../ip-address.ts'
import { macFor } from '../names.ts'
import { mtuOf } from '../network-spec.ts'
import { addAddress, addDefaultRoute, listRoutes } from '../rtnetlink/addresses.ts'
import { createBridge, createVeth, findLink, setHairpin, setUp, type Link } from '../rtnetlink/links.ts'

/** Sets a kernel parameter below /proc/sys unless it has that value. */
const setParameter = (path: string, value: string): void => {
  const file = `/proc/sys/${path}`
  try {
    if (readFileSync(file, 'latin1').trim() !== value) writeFileSync(file, value)
  } catch (error) {
    throw new EngineError(
      'permission-denied',
      `cannot set ${path.replaceAll('/', '.')} to ${value}: ${errorCode(error)}`,
      {
        hint: `as root on the host: sysctl -w ${path.replaceAll('/', '.')}=${value}`,
        cause: error
      }
    )
  }
}

/** What the host must do for any container to reach the outside. */
export const enableForwarding = (): void => setParameter('net/ipv4/ip_forward', '1')

export const bridgeName = ({ name, interface: device }: NetworkRecord): string => {
  if (device === undefined)
    throw new EngineError('corrupt', `network ${name} has no device name`, { subject: { kind: 'network', name } })
  return device
}

/** The network's subnet and its gateway, which is the bridge's own address. */
export const addressing = ({
  name,
  subnets: [subnet]
}: NetworkRecord): { readonly cidr: Cidr; readonly gateway: IpAddress } => {
  if (subnet?.gateway === undefined)
    throw new EngineError('corrupt', `network ${name} has no subnet or no gateway`, {
      subject: { kind: 'network', name }
    })
  return { cidr: requireCidr(subnet.subnet, 'subnet'), gateway: requireIp(subnet.gateway, 'gateway') }
}

/** A route of the host that leads the network's addresses elsewhere, in text form. */
export const conflictingRoute = (socket: NetlinkSocket, network: NetworkRecord): string | undefined => {
  const { cidr } = addressing(network)
  const route = listRoutes(socket).find(({ destination }) => cidrsOverlap(destination, cidr))
  return route && formatCidr(route.destination)
}

/** Makes the bridge, or completes one that an interrupted attempt left. */
export const ensureBridge = (socket: NetlinkSocket, network: NetworkRecord): Link => {
  const name = bridgeName(network)
  const { cidr, gateway } = addressing(network)
  const found = findLink(socket, name)
  const bridge = found ?? createBridge(socket, { name, mac: macFor(gateway), mtu: mtuOf(network.options) })
  addAddress(socket, bridge.index, gateway, cidr.prefix)
  if (found === undefined || !found.up) setParameter(`net/ipv4/conf/${name}/route_localnet`, '1')
  return bridge
}

export interface Connection {
  readonly network: NetworkRecord
  readonly hostInterface: string
  readonly interface: string
  readonly address: IpAddress
  readonly mac: string
}

/** Puts a pair of devices between the bridge and the namespace, and gives the inner one its address. */
export const connect = (host: NetlinkSocket, inside: NetlinkSocket, netns: string, connection: Connection): void => {
  const bridge = ensureBridge(host, connection.network)
  const mtu = mtuOf(connection.network.options)
  const netnsFd = openSync(netns, 'r')
  try {
    const peer = { name: connection.interface, mac: connection.mac, netnsFd }
    createVeth(host, { name: connection.hostInterface, bridge: bridge.index, mtu, peer })
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
    throw new EngineError(
      'already-exists',
      `the container has a device ${connection.interface} or ${connection.hostInterface} already`,
      { cause: error }
    )
  } finally {
    closeSync(netnsFd)
  }
  const outer = findLink(host, connection.hostInterface)
  const inner = findLink(inside, connection.interface)
  if (outer === undefined || inner === undefined)
    throw new EngineError('unavailable', `device ${connection.hostInterface} vanished right after it was made`)
  setHairpin(host, outer.index)
  setUp(inside, inner.index)
  addAddress(inside, inner.index, connection.address, addressing(connection.network).cidr.prefix)
}

/** The way out: by the first network that leads anywhere. */
export const addWayOut = (inside: NetlinkSocket, connections: readonly Connection[]): void => {
  const first = connections.find(({ network }) => !network.internal)
  const device = first && findLink(inside, first.interface)
  if (first !== undefined && device !== undefined)
    addDefaultRoute(inside, device.index, addressing(first.network).gateway)
}
