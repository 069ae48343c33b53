/** A network, in the shape that `podman network inspect` prints (field names of its JSON are in api-schema). */
export interface NetworkRecord {
  /** 64 hex characters. */
  readonly id: string
  readonly name: string
  /** `bridge`, or the name of a CNI conflist's driver. */
  readonly driver: string
  /** Host-side device, for example `runcible0`. */
  readonly interface?: string
  readonly subnets: readonly Subnet[]
  readonly internal: boolean
  readonly ipv6: boolean
  readonly dns: boolean
  readonly labels: Readonly<Record<string, string>>
  /** Driver options such as `mtu`. */
  readonly options: Readonly<Record<string, string>>
  /** Milliseconds since the epoch. */
  readonly createdAt: number
}

export interface Subnet {
  /** CIDR, for example `10.89.0.0/24`. */
  readonly subnet: string
  readonly gateway?: string
  /** First and last address that may be given out. */
  readonly range?: { readonly start: string; readonly end: string }
}

export interface NetworkSpec {
  readonly name: string
  readonly driver?: string
  readonly subnets?: readonly { readonly subnet?: string; readonly gateway?: string; readonly ipRange?: string }[]
  readonly internal?: boolean
  readonly ipv6?: boolean
  readonly disableDns?: boolean
  readonly labels?: Readonly<Record<string, string>>
  readonly options?: Readonly<Record<string, string>>
  readonly interface?: string
}

export type PortProtocol = 'tcp' | 'udp' | 'sctp'

/** A range of ports: `hostPort + i` leads to `containerPort + i` for `i < range`. */
export interface PortMapping {
  /** Host address to listen on; absent means every address. */
  readonly hostIp?: string
  /** 0 asks for a free one; in an attachment it is always the decided port. */
  readonly hostPort: number
  readonly containerPort: number
  readonly protocol: PortProtocol
  /** At least 1. */
  readonly range: number
}

/** One network that a container wants to be on. */
export interface NetworkEndpointSpec {
  /** Name of the network. */
  readonly network: string
  readonly aliases?: readonly string[]
  readonly ipv4?: string
  readonly ipv6?: string
  readonly mac?: string
  /** Name inside the container, by default `eth0`, `eth1` … */
  readonly interface?: string
}

/** How a container's network namespace comes to be. */
export type NetworkMode =
  | { readonly mode: 'bridge'; readonly endpoints: readonly NetworkEndpointSpec[] }
  | { readonly mode: 'host' }
  | { readonly mode: 'none' }
  /** An own namespace that nobody configures. */
  | { readonly mode: 'private' }
  | { readonly mode: 'container'; readonly container: string }
  | { readonly mode: 'path'; readonly path: string }

export interface NetworkEndpoint {
  readonly network: string
  readonly networkId: string
  /** Name inside the container. */
  readonly interface: string
  /** Host-side device, when there is one. */
  readonly hostInterface?: string
  readonly mac: string
  /** CIDR addresses, for example `10.89.0.2/24`. */
  readonly addresses: readonly string[]
  readonly gateways: readonly string[]
  readonly aliases: readonly string[]
}

/** What a container got: enough to write its hosts and resolv.conf files and to undo it. Plain data, stored with the container. */
export interface NetworkAttachment {
  /** Path of the namespace. */
  readonly netns: string
  readonly endpoints: readonly NetworkEndpoint[]
  /** Decided ports, none of them 0. */
  readonly ports: readonly PortMapping[]
  /** Name servers that the container should ask; empty means the host's. */
  readonly nameservers: readonly string[]
  readonly searchDomains: readonly string[]
}
