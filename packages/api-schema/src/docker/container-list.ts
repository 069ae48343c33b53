import type { ContainerSummary, MountConfig, NetworkEndpoint, NetworkMode, VolumeRecord } from '@runcible/interface'
import { hasExited, publishedPorts } from '../libpod/container-state.ts'
import { sortedRecord } from '../record.ts'
import { epochSeconds } from '../time.ts'
import { durationText } from './duration.ts'

export interface DockerPort {
  readonly IP?: string
  readonly PrivatePort: number
  readonly PublicPort?: number
  readonly Type: string
}

export interface DockerMountPoint {
  readonly Type: string
  readonly Name?: string
  readonly Source: string
  readonly Destination: string
  readonly Driver?: string
  readonly Mode: string
  readonly RW: boolean
  readonly Propagation: string
}

export interface DockerEndpoint {
  readonly IPAMConfig: null
  readonly Links: null
  readonly Aliases: readonly string[] | null
  readonly NetworkID: string
  readonly EndpointID: string
  readonly Gateway: string
  readonly IPAddress: string
  readonly IPPrefixLen: number
  readonly IPv6Gateway: string
  readonly GlobalIPv6Address: string
  readonly GlobalIPv6PrefixLen: number
  readonly MacAddress: string
  readonly DriverOpts: null
}

/** One entry of Docker's container list (`ContainerSummary` of the Engine API). */
export interface DockerListContainer {
  readonly Id: string
  /** With a leading slash. */
  readonly Names: readonly string[]
  readonly Image: string
  readonly ImageID: string
  readonly Command: string
  /** Seconds since the epoch. */
  readonly Created: number
  readonly Ports: readonly DockerPort[]
  readonly SizeRw?: number
  readonly SizeRootFs?: number
  readonly Labels: Readonly<Record<string, string>>
  readonly State: string
  readonly Status: string
  readonly HostConfig: { readonly NetworkMode: string }
  readonly NetworkSettings: { readonly Networks: Readonly<Record<string, DockerEndpoint>> }
  readonly Mounts: readonly DockerMountPoint[]
}

export interface DockerListOptions {
  /** Milliseconds since the epoch, for `Status`. */
  readonly now: number
  readonly size?: { readonly rw: number; readonly rootfs: number } | undefined
  /** For the place of named volumes on the host. */
  readonly volumes?: readonly VolumeRecord[]
}

export function dockerListContainer(container: ContainerSummary, options: DockerListOptions): DockerListContainer {
  const { config } = container
  const { size } = options
  return {
    Id: container.id,
    Names: [`/${container.name}`],
    Image: config.image.name,
    ImageID: config.image.id === '' ? '' : `sha256:${config.image.id}`,
    Command: commandText(config.args),
    Created: epochSeconds(container.createdAt),
    Ports: ports(container),
    ...(size === undefined || size.rw === 0 ? {} : { SizeRw: size.rw }),
    ...(size === undefined || size.rootfs === 0 ? {} : { SizeRootFs: size.rootfs }),
    Labels: sortedRecord(config.labels),
    State: stateOf(container),
    Status: statusText(container, options.now),
    HostConfig: { NetworkMode: networkMode(config.network) },
    NetworkSettings: { Networks: networks(container) },
    Mounts: config.mounts.map((mount) => mountPoint(mount, options.volumes ?? []))
  }
}

/** Docker's words for a state; it knows no `stopping` and no `stopped`. */
function stateOf({ status }: ContainerSummary): string {
  if (status === 'stopping') return 'running'
  return status === 'stopped' ? 'exited' : status
}

function statusText(container: ContainerSummary, now: number): string {
  const { status, startedAt = now, exit } = container
  if (status === 'created') return 'Created'
  if (status === 'removing') return 'Removal In Progress'
  if (hasExited(container)) return `Exited (${exit?.code ?? 0}) ${durationText(now - (exit?.at ?? startedAt))} ago`
  return `Up ${durationText(now - startedAt)}${status === 'paused' ? ' (Paused)' : ''}`
}

function commandText(args: readonly string[]): string {
  return args.map((word) => (/[\s'"]/.test(word) ? `'${word.replaceAll("'", String.raw`'\''`)}'` : word)).join(' ')
}

/** One entry a port, not a range; nothing leads into what does not run. */
function ports(container: ContainerSummary): readonly DockerPort[] {
  const { status, config } = container
  if (status === 'created' || status === 'removing' || hasExited(container)) return []
  const published = publishedPorts(container).flatMap((mapping) =>
    Array.from({ length: mapping.range }, (_, step) => ({
      IP: mapping.hostIp ?? '0.0.0.0',
      PrivatePort: mapping.containerPort + step,
      PublicPort: mapping.hostPort + step,
      Type: mapping.protocol
    }))
  )
  const taken = new Set(published.map((port) => `${port.PrivatePort}/${port.Type}`))
  const exposed = config.exposedPorts.filter((port) => !taken.has(port)).map(exposedPort)
  return [...published, ...exposed]
}

function exposedPort(text: string): DockerPort {
  const [port, protocol = 'tcp'] = text.split('/')
  return { PrivatePort: Number(port), Type: protocol }
}

function networkMode(network: NetworkMode): string {
  if (network.mode === 'bridge') return network.endpoints[0]?.network ?? 'bridge'
  if (network.mode === 'container') return `container:${network.container}`
  return network.mode === 'path' ? `ns:${network.path}` : network.mode
}

function networks({ networks: names, attachment, config }: ContainerSummary): Readonly<Record<string, DockerEndpoint>> {
  const { mode } = config.network
  if (mode === 'host' || mode === 'none') return sortedRecord({ [mode]: endpoint(undefined) })
  return sortedRecord(
    names.map((name) => [name, endpoint(attachment?.endpoints.find(({ network }) => network === name))] as const)
  )
}

function endpoint(found: NetworkEndpoint | undefined): DockerEndpoint {
  const [address, prefix] = splitCidr(found?.addresses.find((candidate) => !candidate.includes(':')))
  const [address6, prefix6] = splitCidr(found?.addresses.find((candidate) => candidate.includes(':')))
  return {
    IPAMConfig: null,
    Links: null,
    Aliases: found === undefined || found.aliases.length === 0 ? null : found.aliases,
    NetworkID: found?.networkId ?? '',
    EndpointID: '',
    Gateway: found?.gateways.find((gateway) => !gateway.includes(':')) ?? '',
    IPAddress: address,
    IPPrefixLen: prefix,
    IPv6Gateway: found?.gateways.find((gateway) => gateway.includes(':')) ?? '',
    GlobalIPv6Address: address6,
    GlobalIPv6PrefixLen: prefix6,
    MacAddress: found?.mac ?? '',
    DriverOpts: null
  }
}

function splitCidr(cidr = ''): readonly [string, number] {
  const [address = '', prefix = '0'] = cidr.split('/')
  return [address, Number(prefix)]
}

function mountPoint(mount: MountConfig, volumes: readonly VolumeRecord[]): DockerMountPoint {
  const propagation = mount.options.find((option) => /^r?(private|shared|slave|unbindable)$/.test(option))
  const common = {
    Destination: mount.target,
    Mode: mount.options.join(','),
    RW: !mount.options.includes('ro')
  }
  if (mount.type === 'tmpfs') return { Type: 'tmpfs', Source: '', ...common, Propagation: '' }
  if (mount.type === 'bind') {
    return { Type: 'bind', Source: mount.source, ...common, Propagation: propagation ?? 'rprivate' }
  }
  const volume = volumes.find(({ name }) => name === mount.source)
  return {
    Type: 'volume',
    Name: mount.source ?? '',
    Source: volume?.mountpoint ?? '',
    ...common,
    Driver: volume?.driver ?? 'local',
    Propagation: propagation ?? ''
  }
}
