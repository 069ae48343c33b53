import { errorCode, type NetlinkSocket } from '@runcible/linux'
import { attribute, attributesOf, message, nested, NLM_F, payloadOf, text, textOf, u32, u8 } from './message.ts'

const RTM = { newLink: 16, deleteLink: 17, getLink: 18 } as const
const IFLA = {
  address: 1,
  name: 3,
  mtu: 4,
  master: 10,
  linkInfo: 18,
  group: 27,
  netnsFd: 28,
  extendedMask: 29
} as const
const INFO = { kind: 1, data: 2, slaveKind: 4, slaveData: 5 } as const
const VETH_INFO_PEER = 1
const BRPORT_MODE = 4
const IFF_UP = 1
const SKIP_STATISTICS = 8
const HEADER = 16

export interface Link {
  readonly index: number
  readonly name: string
  /** Six bytes in the form `0a:1b:…`. */
  readonly mac: string
  readonly up: boolean
  /** Index of the bridge it is a port of. */
  readonly master: number | undefined
}

/** `struct ifinfomsg`. */
const linkHeader = ({ index = 0, up = false }: { readonly index?: number; readonly up?: boolean }): Buffer => {
  const header = Buffer.alloc(HEADER)
  header.writeInt32LE(index, 4)
  header.writeUInt32LE(up ? IFF_UP : 0, 8)
  header.writeUInt32LE(up ? IFF_UP : 0, 12)
  return header
}

const macBytes = (mac: string): Buffer => Buffer.from(mac.replaceAll(':', ''), 'hex')

const macText = (bytes: Buffer | undefined): string => bytes?.toString('hex').replace(/..(?!$)/g, '$&:') ?? ''

const linkFrom = (received: Buffer): Link => {
  const payload = payloadOf(received)
  const attributes = attributesOf(payload, HEADER)
  return {
    index: payload.readInt32LE(4),
    name: textOf(attributes.get(IFLA.name)) ?? '',
    mac: macText(attributes.get(IFLA.address)),
    up: (payload.readUInt32LE(8) & IFF_UP) !== 0,
    master: attributes.get(IFLA.master)?.readUInt32LE(0)
  }
}

const withoutStatistics = u32(IFLA.extendedMask, SKIP_STATISTICS)

export const findLink = (socket: NetlinkSocket, name: string): Link | undefined => {
  try {
    const attributes = [text(IFLA.name, name), withoutStatistics]
    const [reply] = socket.request(message({ type: RTM.getLink, flags: 0, header: linkHeader({}), attributes }))
    return reply && linkFrom(reply)
  } catch (error) {
    if (errorCode(error) === 'ENODEV') return undefined
    throw error
  }
}

export const listLinks = (socket: NetlinkSocket): Link[] =>
  socket
    .request(message({ type: RTM.getLink, flags: NLM_F.dump, header: linkHeader({}), attributes: [withoutStatistics] }))
    .map(linkFrom)

const createFlags = NLM_F.ack | NLM_F.create | NLM_F.exclusive

export interface BridgeSettings {
  readonly name: string
  /** A fixed one: a bridge without takes the lowest of its ports', and changes with them. */
  readonly mac: string
  readonly mtu?: number | undefined
}

/** A bridge that is up. @throws SyscallError EEXIST */
export const createBridge = (socket: NetlinkSocket, { name, mac, mtu }: BridgeSettings): Link => {
  const attributes = [
    text(IFLA.name, name),
    attribute(IFLA.address, macBytes(mac)),
    ...(mtu === undefined ? [] : [u32(IFLA.mtu, mtu)]),
    nested(IFLA.linkInfo, [text(INFO.kind, 'bridge')])
  ]
  socket.request(message({ type: RTM.newLink, flags: createFlags, header: linkHeader({ up: true }), attributes }))
  const link = findLink(socket, name)
  if (link === undefined) throw new Error(`the bridge ${name} vanished right after it was made`)
  return link
}

export interface VethSettings {
  /** Host side: a port of the bridge, up. */
  readonly name: string
  readonly bridge: number
  readonly mtu?: number | undefined
  /** The other side, in the namespace open at `netnsFd`. The kernel refuses to make it up. */
  readonly peer: { readonly name: string; readonly mac: string; readonly netnsFd: number }
}

/** A pair of devices in one message. @throws SyscallError EEXIST for either name */
export const createVeth = (socket: NetlinkSocket, { name, bridge, mtu, peer }: VethSettings): void => {
  const size = mtu === undefined ? [] : [u32(IFLA.mtu, mtu)]
  const peerAttributes = [
    text(IFLA.name, peer.name),
    attribute(IFLA.address, macBytes(peer.mac)),
    u32(IFLA.netnsFd, peer.netnsFd),
    ...size
  ]
  const peerMessage = attribute(VETH_INFO_PEER | 0x8000, Buffer.concat([linkHeader({}), ...peerAttributes]))
  const attributes = [
    text(IFLA.name, name),
    u32(IFLA.master, bridge),
    ...size,
    nested(IFLA.linkInfo, [text(INFO.kind, 'veth'), nested(INFO.data, [peerMessage])])
  ]
  socket.request(message({ type: RTM.newLink, flags: createFlags, header: linkHeader({ up: true }), attributes }))
}

/** Lets a bridge port send back what came in by it: a container that asks for its own published port. */
export const setHairpin = (socket: NetlinkSocket, index: number): void => {
  const attributes = [
    nested(IFLA.linkInfo, [text(INFO.slaveKind, 'bridge'), nested(INFO.slaveData, [u8(BRPORT_MODE, 1)])])
  ]
  socket.request(message({ type: RTM.newLink, flags: NLM_F.ack, header: linkHeader({ index }), attributes }))
}

export const setMaster = (socket: NetlinkSocket, index: number, bridge: number): void => {
  socket.request(
    message({
      type: RTM.newLink,
      flags: NLM_F.ack,
      header: linkHeader({ index }),
      attributes: [u32(IFLA.master, bridge)]
    })
  )
}

export const setUp = (socket: NetlinkSocket, index: number): void => {
  socket.request(message({ type: RTM.newLink, flags: NLM_F.ack, header: linkHeader({ index, up: true }) }))
}

/** Gives devices a group, those that are there. @returns their names */
export const setGroup = (socket: NetlinkSocket, names: readonly string[], group: number): string[] =>
  names.filter((name) => {
    const attributes = [text(IFLA.name, name), u32(IFLA.group, group)]
    try {
      socket.request(message({ type: RTM.newLink, flags: NLM_F.ack, header: linkHeader({}), attributes }))
      return true
    } catch (error) {
      if (errorCode(error) === 'ENODEV') return false
      throw error
    }
  })

/** The request that removes every device of a group, ready to be written to a socket; no answer unless it fails. */
export const groupRemoval = (group: number): Buffer => {
  const request = message({
    type: RTM.deleteLink,
    flags: 0,
    header: linkHeader({}),
    attributes: [u32(IFLA.group, group)]
  })
  request.writeUInt32LE(request.length, 0)
  return request
}

/** Whether it was there. */
export const removeLink = (socket: NetlinkSocket, name: string): boolean => {
  try {
    socket.request(
      message({ type: RTM.deleteLink, flags: NLM_F.ack, header: linkHeader({}), attributes: [text(IFLA.name, name)] })
    )
    return true
  } catch (error) {
    if (errorCode(error) === 'ENODEV') return false
    throw error
  }
}
