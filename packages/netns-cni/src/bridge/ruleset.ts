import type { NetworkRecord, PortMapping } from '@runcible/interface'
import { ipBytes, parseIp, type IpAddress } from '../ip-address.ts'
import type { SetElement } from '../nftables/elements.ts'
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
export const ruleset = (table: string): string => `
table inet ${table} {
  set bridges { type ifname; }
  set internal { type ifname; }
  set within { type ifname . ifname; }
  set containers { type ipv4_addr; }
  map ports { type inet_proto . inet_service : ipv4_addr . inet_service; }
  map ports_at { type ipv4_addr . inet_proto . inet_service : ipv4_addr . inet_service; }

  chain guard {
    type filter hook prerouting priority raw; policy accept;
    iifname @bridges ip daddr 127.0.0.0/8 drop
    iifname @internal ip daddr 127.0.0.0/8 drop
  }
  chain publish {
    dnat ip to ip daddr . meta l4proto . th dport map @ports_at
    dnat ip to meta l4proto . th dport map @ports
  }
  chain prerouting {
    type nat hook prerouting priority dstnat; policy accept;
    meta l4proto { tcp, udp, sctp } fib daddr type local jump publish
  }
  chain output {
    type nat hook output priority -100; policy accept;
    meta l4proto { tcp, udp, sctp } fib daddr type local jump publish
  }
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ct status dnat oifname @bridges ip saddr 127.0.0.0/8 masquerade
    ct status dnat oifname @bridges ip saddr @containers masquerade
    ip saddr @containers oifname != @bridges oifname != @internal masquerade
  }
  chain forward {
    type filter hook forward priority filter; policy accept;
    ct state established,related accept
    iifname . oifname @within accept
    iifname @internal reject with icmpx type admin-prohibited
    oifname @internal drop
    oifname @bridges ct status dnat accept
    iifname @bridges oifname @bridges reject with icmpx type admin-prohibited
    oifname @bridges drop
  }
}
`

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

const portKey = (hostIp: string | undefined, protocol: PortMapping['protocol'], hostPort: number): Pick<SetElement, 'set' | 'key'> => {
  const tail = [Buffer.of(protocolNumbers[protocol], 0, 0, 0), port(hostPort)]
  const ip = hostIp === undefined ? undefined : parseIp(hostIp)
  return ip === undefined ? { set: 'ports', key: Buffer.concat(tail) } : { set: 'ports_at', key: Buffer.concat([ipBytes(ip), ...tail]) }
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
export const publishedElement = ({ hostIp, protocol, hostPort }: Pick<PortMapping, 'hostIp' | 'protocol' | 'hostPort'>): SetElement =>
  portKey(hostIp, protocol, hostPort)
