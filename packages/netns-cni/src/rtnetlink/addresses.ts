import { errorCode, type NetlinkSocket } from '@runcible/linux'
import { cidrOf, ipBytes, ipFromBytes, type Cidr, type IpAddress } from '../ip-address.ts'
import { attribute, attributesOf, message, NLM_F, payloadOf } from './message.ts'

const RTM = { newAddress: 20, newRoute: 24, getRoute: 26 } as const
const IFA = { address: 1, local: 2, broadcast: 4 } as const
const RTA = { destination: 1, outInterface: 4, gateway: 5, table: 15 } as const
const ROUTE_HEADER = 12
const TABLE_MAIN = 254
const PROTOCOL_BOOT = 3
const TYPE_UNICAST = 1
const NO_DUPLICATE_DETECTION = 0x02
const create = NLM_F.ack | NLM_F.create | NLM_F.exclusive

const familyNumber = ({ family }: Pick<IpAddress, 'family'>): number => (family === 4 ? 2 : 10)

/** Does nothing when the device has that address already. */
export const addAddress = (socket: NetlinkSocket, index: number, ip: IpAddress, prefix: number): void => {
  const header = Buffer.alloc(8)
  header.writeUInt8(familyNumber(ip), 0)
  header.writeUInt8(prefix, 1)
  header.writeUInt8(ip.family === 6 ? NO_DUPLICATE_DETECTION : 0, 2)
  header.writeUInt32LE(index, 4)
  const bytes = ipBytes(ip)
  const { value } = cidrOf(ip, prefix)
  const broadcast = { family: ip.family, value: value + (1n << BigInt(32 - Math.min(prefix, 32))) - 1n }
  const attributes = [attribute(IFA.local, bytes), attribute(IFA.address, bytes)]
  if (ip.family === 4 && prefix < 31) attributes.push(attribute(IFA.broadcast, ipBytes(broadcast)))
  try {
    socket.request(message({ type: RTM.newAddress, flags: create, header, attributes }))
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error
  }
}

/** @throws SyscallError EEXIST when there is one */
export const addDefaultRoute = (socket: NetlinkSocket, index: number, gateway: IpAddress): void => {
  const header = Buffer.alloc(ROUTE_HEADER)
  header.writeUInt8(familyNumber(gateway), 0)
  header.writeUInt8(TABLE_MAIN, 4)
  header.writeUInt8(PROTOCOL_BOOT, 5)
  header.writeUInt8(TYPE_UNICAST, 7)
  const device = Buffer.alloc(4)
  device.writeUInt32LE(index)
  const attributes = [attribute(RTA.gateway, ipBytes(gateway)), attribute(RTA.outInterface, device)]
  socket.request(message({ type: RTM.newRoute, flags: create, header, attributes }))
}

export interface Route {
  readonly destination: Cidr
  /** Index of the device. */
  readonly device: number | undefined
}

const routeFrom = (received: Buffer): Route | undefined => {
  const payload = payloadOf(received)
  const attributes = attributesOf(payload, ROUTE_HEADER)
  const table = attributes.get(RTA.table)?.readUInt32LE(0) ?? payload.readUInt8(4)
  const ip = ipFromBytes(attributes.get(RTA.destination) ?? Buffer.alloc(0))
  const prefix = payload.readUInt8(1)
  if (table !== TABLE_MAIN || ip === undefined || prefix === 0) return undefined
  return { destination: cidrOf(ip, prefix), device: attributes.get(RTA.outInterface)?.readUInt32LE(0) }
}

/** Routes of the main table with a destination of their own, default routes left out. */
export const listRoutes = (socket: NetlinkSocket): Route[] => {
  const header = Buffer.alloc(ROUTE_HEADER)
  const received = socket.request(message({ type: RTM.getRoute, flags: NLM_F.dump, header }))
  return received.map(routeFrom).filter((route) => route !== undefined)
}
