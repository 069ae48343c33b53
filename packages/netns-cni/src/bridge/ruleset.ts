import type { NetworkRecord, PortMapping } from '@runcible/interface'
import { ipBytes, parseIp, type IpAddress } from '../ip-address.ts'
import type { SetElement } from '../nftables/elements.ts'
import {
  accept,
  dnatTo,
  drop,
  isAnswer,
  isForThisHost,
  isIn,
  isIpv4,
  isLoopback,
  isNotIn,
  isPublished,
  jump,
  masquerade,
  reject
} from '../nftables/expressions.ts'
import type { TableDeclaration } from '../nftables/table.ts'
import { eachPort } from '../port-mapping.ts'

/**
 * The rules of an engine, the same for every container: a container and a network are elements of sets and maps.
 *
 * - `guard`: 127.0.0.0/8 is routable on the bridges so that the host reaches published ports by it; nothing that comes
 *   out of a container may use that.
 * - `publish`: a published port of this host leads to the container, for others (prerouting) and the host (output).
 * - `postrouting`: a container that leaves its network takes the host's address; so does who reaches a published port
 *   from the loopback address or from the same network, since the answer would not come back this way otherwise.
 * - `forward`: within a network everything; from a network to the outside everything; to a network only answers and
 *   published ports. Bridged packets pass here too where bridge-nf-call-iptables is on.
 */
export const ruleset = (name: string): TableDeclaration => ({
  name,
  sets: {
    bridges: { key: ['ifname'] },
    internal: { key: ['ifname'] },
    within: { key: ['ifname', 'ifname'] },
    containers: { key: ['ipv4_addr'] },
    ports: { key: ['inet_proto', 'inet_service'], value: ['ipv4_addr', 'inet_service'] },
    ports_at: { key: ['ipv4_addr', 'inet_proto', 'inet_service'], value: ['ipv4_addr', 'inet_service'] }
  },
  chains: {
    publish: {
      rules: [
        [...isIpv4, ...dnatTo('ports_at', 'destination', 'protocol', 'destinationPort')],
        dnatTo('ports', 'protocol', 'destinationPort')
      ]
    },
    guard: {
      hook: { type: 'filter', on: 'prerouting', priority: -300 },
      rules: [
        [...isIn('bridges', 'inputDevice'), ...isLoopback('destination'), drop],
        [...isIn('internal', 'inputDevice'), ...isLoopback('destination'), drop]
      ]
    },
    prerouting: {
      hook: { type: 'nat', on: 'prerouting', priority: -100 },
      rules: [[...isIpv4, ...isForThisHost, jump('publish')]]
    },
    output: {
      hook: { type: 'nat', on: 'output', priority: -100 },
      rules: [[...isIpv4, ...isForThisHost, jump('publish')]]
    },
    postrouting: {
      hook: { type: 'nat', on: 'postrouting', priority: 100 },
      rules: [
        [...isPublished, ...isIn('bridges', 'outputDevice'), ...isLoopback('source'), masquerade],
        [...isPublished, ...isIn('bridges', 'outputDevice'), ...isIpv4, ...isIn('containers', 'source'), masquerade],
        [
          ...isIpv4,
          ...isIn('containers', 'source'),
          ...isNotIn('bridges', 'outputDevice'),
          ...isNotIn('internal', 'outputDevice'),
          masquerade
        ]
      ]
    },
    forward: {
      hook: { type: 'filter', on: 'forward', priority: 0 },
      rules: [
        [...isAnswer, accept],
        [...isIn('within', 'inputDevice', 'outputDevice'), accept],
        [...isIn('internal', 'inputDevice'), reject],
        [...isIn('internal', 'outputDevice'), drop],
        [...isIn('bridges', 'outputDevice'), ...isPublished, accept],
        [...isIn('bridges', 'inputDevice'), ...isIn('bridges', 'outputDevice'), reject],
        [...isIn('bridges', 'outputDevice'), drop]
      ]
    }
  }
})

const INTERFACE_NAME_BYTES = 16
const protocolNumbers = { tcp: 6, udp: 17, sctp: 132 } as const

const interfaceName = (name: string): Buffer => {
  const bytes = Buffer.alloc(INTERFACE_NAME_BYTES)
  bytes.write(name, 'latin1')
  return bytes
}

/** A port as part of a key: big-endian, padded to 4 bytes. */
const port = (number: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt16BE(number)
  return bytes
}

/** What a network adds while its bridge exists. */
export const networkElements = (bridge: string, { internal }: Pick<NetworkRecord, 'internal'>): SetElement[] => {
  const name = interfaceName(bridge)
  return [
    { set: internal ? 'internal' : 'bridges', key: name },
    { set: 'within', key: Buffer.concat([name, name]) }
  ]
}

/** What lets a container out. */
export const addressElement = (address: IpAddress): SetElement => ({ set: 'containers', key: ipBytes(address) })

const portKey = (
  hostIp: string | undefined,
  protocol: PortMapping['protocol'],
  hostPort: number
): Pick<SetElement, 'set' | 'key'> => {
  const tail = [Buffer.of(protocolNumbers[protocol], 0, 0, 0), port(hostPort)]
  const ip = hostIp === undefined ? undefined : parseIp(hostIp)
  return ip === undefined
    ? { set: 'ports', key: Buffer.concat(tail) }
    : { set: 'ports_at', key: Buffer.concat([ipBytes(ip), ...tail]) }
}

/** What publishes the ports at a container's address. */
export const portElements = (mappings: readonly PortMapping[], address: IpAddress): SetElement[] =>
  mappings.flatMap((mapping) =>
    eachPort(mapping).map(({ hostIp, protocol, hostPort, containerPort }) => ({
      ...portKey(hostIp, protocol, hostPort),
      value: Buffer.concat([ipBytes(address), port(containerPort)])
    }))
  )

/** The same element for deletion, known without the container's side. */
export const publishedElement = ({
  hostIp,
  protocol,
  hostPort
}: Pick<PortMapping, 'hostIp' | 'protocol' | 'hostPort'>): SetElement => portKey(hostIp, protocol, hostPort)
