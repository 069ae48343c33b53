import { posix } from 'node:path'
import type {
  CapabilityRequest,
  InputDevice,
  NamespaceChoice,
  RlimitName,
  SpecInput,
  SpecMount,
  SpecRlimit
} from '@runcible/oci-spec'
import { resolveCapabilities } from '@runcible/oci-spec'
import type { ContainerConfig, Mount, ProcessUser } from '@runcible/interface'
import type { EngineSettings } from '../settings.ts'

export interface SpecParts {
  readonly id: string
  readonly config: ContainerConfig
  readonly user: ProcessUser
  /** Volumes, binds, and the engine's own files, in order. */
  readonly mounts: readonly Mount[]
  /** `NAME=value` that are known to this run alone; they have the last word. */
  readonly variables?: readonly string[]
  /** Namespaces shared with other containers are paths by now. */
  readonly namespaces: Readonly<Record<'pid' | 'ipc' | 'uts' | 'network' | 'cgroup', NamespaceChoice>>
  readonly devices: readonly InputDevice[]
  /** Path of the init executable on the host, when one is wanted. */
  readonly init: string | undefined
}

/** The stored config and what this run got, as input of the runtime-spec builder. Pure, but for a seccomp file that is named. */
export function specInput(parts: SpecParts, settings: EngineSettings): SpecInput {
  const { config, user } = parts
  const { security } = config
  const host = settings.host()
  const seccomp = seccompOf(config, settings)
  return {
    rootfs: { path: 'rootfs', readonly: security.readOnlyRootfs ?? false },
    args: config.args,
    env: processEnvironment(config, user, parts.variables),
    cwd: config.workdir,
    user: { uid: user.uid, gid: user.gid, additionalGids: user.additionalGids, umask: config.umask },
    terminal: config.tty,
    hostname: config.hostname,
    capabilities: capabilityRequest(config, settings),
    boundingCapabilities: host.capabilities,
    noNewPrivileges: security.noNewPrivileges ?? false,
    rlimits: rlimitsOf(config, settings),
    hostRlimits: host.rlimits,
    namespaces: parts.namespaces,
    mounts: parts.mounts.map(specMount),
    shmSize: config.shmSize,
    devices: parts.devices,
    resources: config.resources,
    cgroupMode: host.cgroupMode,
    ...(config.deviceCgroupRules === undefined ? {} : { deviceRules: config.deviceCgroupRules }),
    cgroupsPath: posix.join(config.cgroupParent ?? host.cgroupParent, parts.id),
    sysctl: config.sysctls,
    ...(seccomp === undefined ? {} : { seccomp }),
    ...(security.apparmor === undefined || security.apparmor === 'unconfined'
      ? {}
      : { apparmorProfile: security.apparmor }),
    mask: security.mask ?? [],
    unmask: security.unmask ?? [],
    cpuCount: host.cpuCount,
    ...(config.oomScoreAdj === undefined ? {} : { oomScoreAdj: config.oomScoreAdj }),
    annotations: config.annotations,
    ...(parts.init === undefined ? {} : { init: { source: parts.init } }),
    privileged: security.privileged ?? false
  }
}

const nameOf = (entry: string): string => entry.slice(0, entry.indexOf('='))

/** The stored environment, with what is only known at the start where the user has not set it. */
export function processEnvironment(
  config: Pick<ContainerConfig, 'env' | 'hostname'>,
  user: Pick<ProcessUser, 'home'>,
  variables: readonly string[] = []
): readonly string[] {
  const known = new Set(variables.map(nameOf))
  const stored = [...config.env.filter((entry) => !known.has(nameOf(entry))), ...variables]
  const isSet = (name: string) => stored.some((entry) => entry.startsWith(`${name}=`))
  return [
    ...stored,
    ...(isSet('HOSTNAME') ? [] : [`HOSTNAME=${config.hostname}`]),
    ...(isSet('HOME') ? [] : [`HOME=${user.home}`])
  ]
}

function specMount(mount: Mount): SpecMount {
  return { destination: mount.target ?? '/', type: mount.type, source: mount.source, options: mount.options }
}

/** Limits asked for, and the engine's for the rest. */
export function rlimitsOf(config: ContainerConfig, settings: EngineSettings): readonly SpecRlimit[] {
  const asked = config.ulimits.map(({ name, soft, hard }) => ({
    type: rlimitName(name),
    soft: limit(soft),
    hard: limit(hard)
  }))
  const rest = settings.defaults.ulimits.filter(({ type }) => !asked.some((one) => one.type === type))
  return [...rest, ...asked]
}

const rlimitName = (name: string) => `RLIMIT_${name.toUpperCase()}` as RlimitName

const limit = (value: number) => (value === -1 ? Infinity : value)

function seccompOf(config: ContainerConfig, settings: EngineSettings): SpecInput['seccomp'] {
  const { security } = config
  if (security.seccomp === 'unconfined') return 'unconfined'
  const path = security.seccomp ?? (security.privileged ? undefined : settings.defaults.seccompProfile)
  if (path === undefined) return undefined
  const bounding = settings.host().capabilities
  const capabilities = resolveCapabilities({
    ...capabilityRequest(config, settings),
    privileged: security.privileged ?? false,
    bounding
  })
  return settings.loadSeccomp(path, capabilities)
}

/** What of capabilities was asked for, over the engine's defaults. */
export function capabilityRequest(
  { security }: Pick<ContainerConfig, 'security'>,
  { defaults }: Pick<EngineSettings, 'defaults'>
): CapabilityRequest {
  return {
    ...(defaults.capabilities ? { defaults: defaults.capabilities } : {}),
    add: security.capAdd ?? [],
    drop: security.capDrop ?? []
  }
}
