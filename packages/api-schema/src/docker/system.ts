import type { SystemInfo, VersionInfo } from '@runcible/interface'
import { rfc3339 } from '../time.ts'
import { apiVersions } from '../versions.ts'

/** Docker's version document. Node stands where Go would. */
export function dockerVersion(version: VersionInfo): object {
  const { current, minimum } = apiVersions.docker
  const common = {
    GitCommit: '',
    GoVersion: nodeVersion(version),
    Os: version.os,
    Arch: version.arch,
    KernelVersion: version.kernel
  }
  return {
    Platform: { Name: 'Runcible' },
    Components: [
      {
        Name: 'Engine',
        Version: version.version,
        Details: {
          ApiVersion: current,
          MinAPIVersion: minimum,
          Experimental: 'false',
          BuildTime: unknownTime,
          ...common
        }
      },
      runtimeComponent(version, version.runtime.name)
    ],
    Version: version.version,
    ApiVersion: current,
    MinAPIVersion: minimum,
    ...common,
    BuildTime: unknownTime
  }
}

/** What a client must be able to parse where no build time is known. */
export const unknownTime = '1970-01-01T00:00:00Z'

export const nodeVersion = ({ node }: VersionInfo) => `node${node.replace(/^v/, '')}`

export function runtimeComponent({ runtime }: VersionInfo, name: string): object {
  return { Name: name, Version: runtime.version, Details: { Path: runtime.path } }
}

/** What the host tells beyond the engine's own facts. */
export interface DockerHostFacts {
  /** Identifies this engine; the same at every start. */
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly ipv4Forwarding: boolean
  readonly bridgeNfIptables: boolean
  readonly bridgeNfIp6tables: boolean
  /** Bytes. */
  readonly swapTotal: number
  /** Bytes. */
  readonly swapFree: number
  /** Open descriptors of the server. */
  readonly openFiles: number
}

/** Docker's info document, with the members that Podman adds to it. */
export function dockerInfo(info: SystemInfo, facts: DockerHostFacts): object {
  return {
    ID: facts.id,
    ...stored(info),
    Plugins: {
      Volume: info.plugins.volume,
      Network: info.plugins.network,
      Authorization: null,
      Log: info.plugins.log
    },
    ...limits(info),
    IPv4Forwarding: facts.ipv4Forwarding,
    BridgeNfIptables: facts.bridgeNfIptables,
    BridgeNfIp6tables: facts.bridgeNfIp6tables,
    Debug: false,
    NFd: facts.openFiles,
    NGoroutines: 0,
    SystemTime: rfc3339(facts.now),
    CgroupDriver: 'cgroupfs',
    CgroupVersion: info.host.cgroupMode === 'v2' ? '2' : '1',
    NEventsListener: 0,
    ...host(info),
    RegistryConfig: registryConfig(),
    GenericResources: null,
    HttpProxy: '',
    HttpsProxy: '',
    NoProxy: '',
    Labels: [],
    ExperimentalBuild: false,
    ServerVersion: info.version,
    Runtimes: { [info.runtime.name]: { path: info.runtime.path } },
    DefaultRuntime: info.runtime.name,
    Swarm: noSwarm(),
    LiveRestoreEnabled: true,
    Isolation: '',
    InitBinary: '',
    ContainerdCommit: unknownCommit(),
    RuncCommit: runtimeCommit(info),
    InitCommit: unknownCommit(),
    SecurityOptions: securityOptions(info),
    Warnings: null,
    Rootless: info.host.security.rootless,
    SwapFree: facts.swapFree,
    SwapTotal: facts.swapTotal
  }
}

function stored({ store }: SystemInfo): object {
  return {
    Containers: store.containers.total,
    ContainersRunning: store.containers.running,
    ContainersPaused: store.containers.paused,
    ContainersStopped: store.containers.stopped,
    Images: store.images,
    Driver: store.snapshotter,
    DriverStatus: [],
    DockerRootDir: store.root
  }
}

function limits({ host: { cgroupControllers } }: SystemInfo): object {
  const has = (controller: string) => cgroupControllers.includes(controller)
  return {
    MemoryLimit: has('memory'),
    SwapLimit: has('memory'),
    KernelMemory: false,
    KernelMemoryTCP: false,
    CpuCfsPeriod: has('cpu'),
    CpuCfsQuota: has('cpu'),
    CPUShares: has('cpu'),
    CPUSet: has('cpuset'),
    PidsLimit: has('pids'),
    OomKillDisable: has('memory')
  }
}

function host(info: SystemInfo): object {
  const { distribution, hostname, cpus, memory } = info.host
  return {
    KernelVersion: info.kernel,
    OperatingSystem: distribution.id,
    OSVersion: distribution.version,
    OSType: info.os,
    Architecture: info.arch,
    NCPU: cpus,
    MemTotal: memory,
    Name: hostname
  }
}

function securityOptions({ host: { security } }: SystemInfo): readonly string[] {
  return [
    ...(security.apparmor ? ['name=apparmor'] : []),
    ...(security.seccomp ? ['name=seccomp,profile=default'] : []),
    ...(security.selinux ? ['name=selinux'] : []),
    ...(security.rootless ? ['name=rootless'] : [])
  ]
}

const registryConfig = () => ({
  AllowNondistributableArtifactsCIDRs: [],
  AllowNondistributableArtifactsHostnames: [],
  InsecureRegistryCIDRs: [],
  IndexConfigs: {},
  Mirrors: []
})

const noSwarm = () => ({
  NodeID: '',
  NodeAddr: '',
  LocalNodeState: 'inactive',
  ControlAvailable: false,
  Error: '',
  RemoteManagers: null
})

/** Docker prints it as the version of runc. */
function runtimeCommit({ runtime }: SystemInfo): object {
  return runtime.name === 'runc' ? { ID: runtime.version, Expected: runtime.version } : unknownCommit()
}

const unknownCommit = () => ({ ID: '', Expected: '' })
