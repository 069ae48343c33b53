import type {
  ContainerDetails,
  MountConfig,
  NamespaceMode,
  NetworkEndpoint,
  NetworkMode,
  PortMapping,
  SecretConfig,
  VolumeRecord
} from '@runcible/interface'
import { resolveCapabilities } from '@runcible/oci-spec'
import { sortedRecord } from '../record.ts'
import { rfc3339 } from '../time.ts'
import { blockLimits } from './block-limits.ts'
import { publishedPorts, stateName } from './container-state.ts'
import { graphData } from './graph-data.ts'

export interface InspectOptions {
  readonly size?: { readonly rw: number; readonly rootfs: number }
  /** Volumes that the container mounts, for their place on the host. */
  readonly volumes?: readonly VolumeRecord[]
}

/** What libpod prints of one container. Only what this engine knows: nothing is made up. */
export function inspectContainer(container: ContainerDetails, options: InspectOptions = {}): object {
  const { config } = container
  const mounts = inspectMounts(config.mounts, options.volumes ?? [])
  const effective = effectiveCapabilities(container)
  return {
    Id: container.id,
    Created: rfc3339(container.createdAt),
    Path: config.args[0] ?? '',
    Args: config.args.slice(1),
    State: inspectState(container),
    Image: config.image.id,
    ImageDigest: config.image.digest,
    ImageName: container.imageName,
    Rootfs: '',
    Pod: '',
    OCIRuntime: config.runtime,
    PidFile: config.pidFile ?? '',
    Name: container.name,
    RestartCount: container.restartCount,
    Driver: config.snapshotter,
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: config.security.apparmor ?? '',
    EffectiveCaps: effective,
    BoundingCaps: effective,
    GraphDriver: { Name: config.snapshotter, Data: graphData(container.rootfs) },
    ...(options.size === undefined ? {} : { SizeRw: options.size.rw, SizeRootFs: options.size.rootfs }),
    Mounts: mounts,
    Dependencies: dependencies(container),
    NetworkSettings: inspectNetworkSettings(container),
    IsInfra: false,
    Config: inspectConfig(container),
    HostConfig: inspectHostConfig(container)
  }
}

function inspectState(container: ContainerDetails): object {
  const { status, exit } = container
  const ended = exit !== undefined && status !== 'running' && status !== 'paused'
  return {
    OciVersion: '1.0.2',
    Status: stateName(container),
    Running: status === 'running' || status === 'stopping',
    Paused: status === 'paused',
    Restarting: false,
    OOMKilled: ended && exit.oomKilled,
    Dead: false,
    Pid: container.pid,
    ExitCode: ended ? exit.code : 0,
    Error: container.error ?? '',
    StartedAt: rfc3339(container.startedAt),
    FinishedAt: rfc3339(ended ? exit.at : undefined)
  }
}

function inspectMounts(mounts: readonly MountConfig[], volumes: readonly VolumeRecord[]): readonly object[] {
  return mounts
    .filter((mount) => mount.type !== 'tmpfs')
    .map((mount) => {
      const volume = mount.type === 'volume' ? volumes.find((candidate) => candidate.name === mount.source) : undefined
      const propagation = mount.options.find((option) => /^r?(private|shared|slave|unbindable)$/.test(option))
      return {
        Type: mount.type,
        ...(mount.type === 'volume' ? { Name: mount.source ?? '' } : {}),
        Source: mount.type === 'volume' ? (volume?.mountpoint ?? '') : mount.source,
        Destination: mount.target,
        Driver: mount.type === 'volume' ? (volume?.driver ?? 'local') : '',
        Mode: '',
        Options: mount.options.filter((option) => option !== propagation && option !== 'ro' && option !== 'rw'),
        RW: !mount.options.includes('ro'),
        Propagation: propagation ?? 'rprivate'
      }
    })
}

function effectiveCapabilities({ config }: ContainerDetails): readonly string[] {
  const { privileged = false, capAdd = [], capDrop = [] } = config.security
  return resolveCapabilities({ privileged, add: capAdd, drop: capDrop })
}

function dependencies({ config }: ContainerDetails): readonly string[] {
  const modes = [config.network, config.pid, config.ipc, config.uts, config.cgroupns]
  return [...new Set(modes.flatMap((mode) => (mode.mode === 'container' ? [mode.container] : [])))]
}

function inspectNetworkSettings(container: ContainerDetails): object {
  const endpoints = container.attachment?.endpoints ?? []
  return {
    ...endpointAddresses(endpoints[0]),
    Bridge: '',
    SandboxID: '',
    HairpinMode: false,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    Ports: portBindings(container),
    SandboxKey: container.attachment?.netns ?? '',
    Networks: sortedRecord(
      networksOf(container).map(
        ([name, endpoint]) =>
          [
            name,
            {
              ...endpointAddresses(endpoint),
              NetworkID: endpoint?.networkId ?? name,
              DriverOpts: null,
              IPAMConfig: null,
              Links: null,
              Aliases: endpoint?.aliases ?? []
            }
          ] as const
      )
    )
  }
}

function networksOf({
  attachment,
  networks
}: ContainerDetails): readonly (readonly [string, NetworkEndpoint | undefined])[] {
  return networks.map((name) => [name, attachment?.endpoints.find((endpoint) => endpoint.network === name)])
}

function endpointAddresses(endpoint: NetworkEndpoint | undefined): object {
  const [v4, v4Length] = splitCidr(endpoint?.addresses.find((address) => !address.includes(':')))
  const [v6, v6Length] = splitCidr(endpoint?.addresses.find((address) => address.includes(':')))
  return {
    EndpointID: '',
    Gateway: endpoint?.gateways.find((gateway) => !gateway.includes(':')) ?? '',
    IPAddress: v4,
    IPPrefixLen: v4Length,
    IPv6Gateway: endpoint?.gateways.find((gateway) => gateway.includes(':')) ?? '',
    GlobalIPv6Address: v6,
    GlobalIPv6PrefixLen: v6Length,
    MacAddress: endpoint?.mac ?? ''
  }
}

function splitCidr(cidr = ''): readonly [string, number] {
  const [address = '', length = '0'] = cidr.split('/')
  return [address, Number(length)]
}

type Binding = { readonly HostIp: string; readonly HostPort: string }

function portBindings(container: ContainerDetails): Readonly<Record<string, readonly Binding[] | null>> {
  const bindings = new Map<string, Binding[] | null>()
  for (const port of container.config.exposedPorts) bindings.set(port, null)
  for (const mapping of publishedPorts(container)) {
    for (let step = 0; step < mapping.range; step++) addBinding(bindings, mapping, step)
  }
  return sortedRecord(bindings)
}

function addBinding(bindings: Map<string, Binding[] | null>, mapping: PortMapping, step: number): void {
  const key = `${mapping.containerPort + step}/${mapping.protocol}`
  const port = mapping.hostPort === 0 ? '' : String(mapping.hostPort + step)
  bindings.set(key, [...(bindings.get(key) ?? []), { HostIp: mapping.hostIp ?? '', HostPort: port }])
}

function inspectConfig(container: ContainerDetails): object {
  const { config } = container
  return {
    Hostname: config.hostname,
    Domainname: '',
    User: config.user,
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    Tty: config.tty,
    OpenStdin: config.stdin,
    StdinOnce: false,
    Env: config.env,
    Cmd: config.command,
    Image: container.imageName,
    Volumes: null,
    WorkingDir: config.workdir,
    Entrypoint: config.entrypoint.join(' '),
    OnBuild: null,
    Labels: sortedRecord(config.labels),
    Annotations: sortedRecord(config.annotations),
    StopSignal: config.stopSignal,
    ...(config.secrets === undefined ? {} : { Secrets: config.secrets.filter(isFile).map(inspectedSecret) }),
    ...(config.timezone === undefined ? {} : { Timezone: config.timezone }),
    Umask: config.umask.toString(8).padStart(4, '0'),
    Timeout: 0,
    StopTimeout: config.stopTimeout
  }
}

const isFile = ({ type }: SecretConfig): boolean => type === 'mount'

const inspectedSecret = ({ name, id, uid, gid, mode }: SecretConfig): object => ({
  Name: name,
  ID: id,
  UID: uid,
  GID: gid,
  Mode: mode
})

function inspectHostConfig(container: ContainerDetails): object {
  const { config } = container
  const { memory, cpu, pids } = config.resources
  return {
    Binds: config.mounts.filter((mount) => mount.type !== 'tmpfs').map(bindText),
    CgroupManager: 'cgroupfs',
    CgroupMode: namespaceText(config.cgroupns),
    ContainerIDFile: '',
    LogConfig: {
      Type: config.log.driver,
      Config: null,
      Path: config.log.path ?? '',
      Tag: config.log.tag ?? '',
      Size: `${config.log.maxSize ?? 0}B`
    },
    NetworkMode: networkText(config.network),
    PortBindings: sortedRecord(Object.entries(portBindings(container)).filter(([, value]) => value !== null)),
    RestartPolicy: { Name: config.restart.name, MaximumRetryCount: config.restart.maximumRetryCount ?? 0 },
    AutoRemove: config.autoRemove,
    VolumeDriver: '',
    VolumesFrom: config.volumesFrom ?? null,
    CapAdd: config.security.capAdd ?? [],
    CapDrop: config.security.capDrop ?? [],
    Dns: config.dns,
    DnsOptions: config.dnsOptions,
    DnsSearch: config.dnsSearch,
    ExtraHosts: config.extraHosts,
    GroupAdd: config.groupAdd,
    IpcMode: namespaceText(config.ipc),
    Cgroups: 'default',
    Links: null,
    OomScoreAdj: config.oomScoreAdj ?? 0,
    PidMode: namespaceText(config.pid),
    Privileged: config.security.privileged ?? false,
    PublishAllPorts: false,
    ReadonlyRootfs: config.security.readOnlyRootfs ?? false,
    SecurityOpt: securityOptions(container),
    Tmpfs: sortedRecord(
      config.mounts
        .filter((mount) => mount.type === 'tmpfs')
        .map((mount) => [mount.target, mount.options.join(',')] as const)
    ),
    UTSMode: namespaceText(config.uts),
    UsernsMode: '',
    ShmSize: config.shmSize,
    Runtime: config.runtime,
    ConsoleSize: [0, 0],
    CpuShares: cpu?.shares ?? 0,
    Memory: memory?.limit ?? 0,
    NanoCpus: nanoCpus(cpu?.quota, cpu?.period),
    CgroupParent: config.cgroupParent ?? '',
    ...blockLimits(config),
    CpuPeriod: cpu?.period ?? 0,
    CpuQuota: cpu?.quota ?? 0,
    CpuRealtimePeriod: cpu?.realtimePeriod ?? 0,
    CpuRealtimeRuntime: cpu?.realtimeRuntime ?? 0,
    CpusetCpus: cpu?.cpus ?? '',
    CpusetMems: cpu?.mems ?? '',
    Devices: config.devices.map((device) => ({
      PathOnHost: device.path,
      PathInContainer: device.target,
      CgroupPermissions: device.permissions
    })),
    MemoryReservation: memory?.reservation ?? 0,
    MemorySwap: memory?.swap ?? 0,
    MemorySwappiness: memory?.swappiness ?? 0,
    OomKillDisable: memory?.disableOOMKiller ?? false,
    Init: config.init,
    PidsLimit: pids?.limit ?? 0,
    Ulimits: config.ulimits.map((ulimit) => ({
      Name: `RLIMIT_${ulimit.name.toUpperCase()}`,
      Soft: ulimit.soft,
      Hard: ulimit.hard
    }))
  }
}

function bindText(mount: MountConfig): string {
  const source = mount.type === 'tmpfs' ? '' : (mount.source ?? '')
  return `${source}:${mount.target}:${[mount.options.includes('ro') ? 'ro' : 'rw', ...mount.options.filter((option) => option !== 'ro' && option !== 'rw')].join(',')}`
}

function namespaceText(namespace: NamespaceMode): string {
  if (namespace.mode === 'container') return `container:${namespace.container}`
  return namespace.mode === 'path' ? `ns:${namespace.path}` : namespace.mode
}

function networkText(network: NetworkMode): string {
  if (network.mode === 'container') return `container:${network.container}`
  return network.mode === 'path' ? `ns:${network.path}` : network.mode
}

function securityOptions({ config }: ContainerDetails): readonly string[] {
  const { noNewPrivileges, seccomp, apparmor, mask, unmask } = config.security
  return [
    ...(noNewPrivileges === true ? ['no-new-privileges'] : []),
    ...(seccomp === undefined ? [] : [`seccomp=${seccomp}`]),
    ...(apparmor === undefined ? [] : [`apparmor=${apparmor}`]),
    ...(mask === undefined || mask.length === 0 ? [] : [`mask=${mask.join(':')}`]),
    ...(unmask === undefined || unmask.length === 0 ? [] : [`unmask=${unmask.join(':')}`])
  ]
}

function nanoCpus(quota = 0, period = 0): number {
  return quota > 0 && period > 0 ? Math.round((quota / period) * 1e9) : 0
}
