import { posix } from 'node:path'
import {
  EngineError,
  type ContainerConfig,
  type ContainerDefaults,
  type ContainerSpec,
  type LogTarget,
  type MountConfig,
  type NamespaceMode,
  type NetworkMode,
  type ResolvedImage
} from '@runcible/interface'
import { isSignal } from '../text/is-signal.ts'
import { bindOptions, tmpfsOptions } from './mount-options.ts'
import { exposedPorts, publishedPorts } from './ports.ts'
import { changeResources } from './resources.ts'

export interface ConfigInput {
  readonly id: string
  readonly spec: ContainerSpec
  readonly image: ResolvedImage
  readonly defaults: ContainerDefaults
  readonly hostname: string
  /** Of the containers that `volumesFrom` names. */
  readonly inherited?: readonly MountConfig[]
  readonly log: LogTarget
  readonly runtime: string
  readonly snapshotter: string
}

/** Decides everything about a container from what was asked, its image and the defaults. Pure, but for block devices that are named. */
export function resolveConfig(input: ConfigInput): ContainerConfig {
  const { id, spec, image, defaults } = input
  const imageRun = image.imageConfig.config ?? {}
  const network = spec.network ?? { mode: 'bridge', endpoints: [{ network: defaults.network }] }
  const exposed = exposedPorts(spec, imageRun)
  return Object.freeze<ContainerConfig>({
    image: {
      id: image.id,
      name: image.name,
      digest: image.manifest.digest,
      ...(image.chainId ? { chainId: image.chainId } : {})
    },
    ...commandOf(spec, imageRun),
    env: environment(spec, imageRun.Env ?? [], defaults),
    workdir: workdirOf(spec, imageRun.WorkingDir),
    user: spec.user ?? imageRun.User ?? '',
    groupAdd: spec.groupAdd ?? [],
    hostname: hostnameOf(spec, network, id, input.hostname),
    tty: spec.tty ?? false,
    stdin: spec.stdin ?? false,
    labels: { ...imageRun.Labels, ...spec.labels },
    annotations: { ...spec.annotations },
    mounts: mountsOf(spec, input.inherited ?? [], Object.keys(imageRun.Volumes ?? {})),
    ...(spec.volumesFrom === undefined ? {} : { volumesFrom: spec.volumesFrom.map(volumesFromText) }),
    network,
    ports: portsOf(spec, network, exposed),
    exposedPorts: exposed,
    ...nameServices(spec, defaults),
    ...namespacesOf(spec),
    security: spec.security ?? {},
    ...changeResources({ resources: { pids: { limit: defaults.pidsLimit } } }, spec.resources ?? {}),
    ...(spec.resources?.oomScoreAdj === undefined ? {} : { oomScoreAdj: spec.resources.oomScoreAdj }),
    ulimits: spec.ulimits ?? [],
    sysctls: { ...defaultSysctls(defaults, spec, network), ...spec.sysctls },
    devices: spec.devices ?? [],
    ...(spec.deviceCgroupRules === undefined ? {} : { deviceCgroupRules: spec.deviceCgroupRules }),
    ...(spec.cgroupParent === undefined ? {} : { cgroupParent: cgroupParentOf(spec.cgroupParent) }),
    shmSize: spec.shmSize ?? defaults.shmSize,
    umask: spec.umask ?? defaults.umask,
    ...(spec.timezone === undefined ? {} : { timezone: spec.timezone }),
    init: spec.init ?? false,
    stopSignal: stopSignalOf(spec, imageRun.StopSignal),
    stopTimeout: spec.stopTimeout ?? imageRun.StopTimeout ?? defaults.stopTimeout,
    restart: spec.restart ?? { name: 'no' },
    autoRemove: spec.autoRemove ?? false,
    log: input.log,
    ...(spec.pidFile === undefined ? {} : { pidFile: spec.pidFile }),
    runtime: input.runtime,
    snapshotter: input.snapshotter
  })
}

function commandOf(
  spec: ContainerSpec,
  image: { readonly Entrypoint?: readonly string[]; readonly Cmd?: readonly string[] }
) {
  const entrypoint = spec.entrypoint ?? image.Entrypoint ?? []
  // An entrypoint of the user's own makes the image's arguments meaningless.
  const command = spec.command ?? (spec.entrypoint === undefined ? (image.Cmd ?? []) : [])
  const args = [...entrypoint, ...command]
  if (args.length === 0 || args[0] === '') {
    throw new EngineError(
      'invalid-argument',
      'no command or entrypoint provided, and no CMD or ENTRYPOINT from image',
      {
        hint: 'give the command after the image name'
      }
    )
  }
  return { args, entrypoint, command }
}

/** Image first, then the user: the last word on a name counts. An entry without `=` or with a `*` imports nothing. */
function environment(spec: ContainerSpec, image: readonly string[], defaults: ContainerDefaults): readonly string[] {
  const variables = new Map<string, string>()
  const add = (entries: readonly string[]) => {
    for (const entry of entries) {
      const separator = entry.indexOf('=')
      if (separator > 0) variables.set(entry.slice(0, separator), entry.slice(separator + 1))
    }
  }
  add(defaults.env)
  variables.set('container', 'oci')
  if (spec.tty) variables.set('TERM', 'xterm')
  add(image)
  const imageVariables = new Map(variables)
  if (spec.unsetEnvAll) variables.clear()
  for (const name of spec.unsetEnv ?? []) variables.delete(name)
  for (const [name, value] of Object.entries(spec.envMerge ?? {})) variables.set(name, expand(value, imageVariables))
  for (const [name, value] of Object.entries(spec.env ?? {})) variables.set(name, value)
  return [...variables].map(([name, value]) => `${name}=${value}`)
}

/** With `$NAME` and `${NAME}` replaced; a name that is not known stands for nothing. */
function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:\{([^}]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g,
    (_match, braced: string | undefined, plain: string | undefined) => variables.get(braced ?? plain ?? '') ?? ''
  )
}

function workdirOf(spec: ContainerSpec, image: string | undefined): string {
  const workdir = spec.workdir ?? (image || '/')
  if (!workdir.startsWith('/')) {
    throw new EngineError(
      'invalid-argument',
      `the working directory ${JSON.stringify(workdir)} is not an absolute path`
    )
  }
  return posix.normalize(workdir)
}

/** What an image says is not to be a container that cannot be stopped. */
function stopSignalOf({ stopSignal }: ContainerSpec, image: string | undefined): string {
  if (stopSignal === undefined) return image !== undefined && isSignal(image) ? image : 'SIGTERM'
  if (isSignal(stopSignal)) return stopSignal
  throw new EngineError('invalid-argument', `there is no signal ${JSON.stringify(stopSignal.slice(0, 40))}`)
}

function hostnameOf(spec: ContainerSpec, network: NetworkMode, id: string, host: string): string {
  if (spec.uts !== undefined && spec.uts.mode !== 'private') {
    if (spec.hostname !== undefined)
      throw new EngineError('invalid-argument', "a hostname needs a UTS namespace of the container's own")
    return host
  }
  if (spec.hostname !== undefined) {
    if (!/^[a-zA-Z0-9]([a-zA-Z0-9.-]{0,62}[a-zA-Z0-9])?$/.test(spec.hostname)) {
      throw new EngineError(
        'invalid-argument',
        `the hostname ${JSON.stringify(spec.hostname.slice(0, 80))} is not valid`
      )
    }
    return spec.hostname
  }
  return network.mode === 'host' ? host : id.slice(0, 12)
}

/** More volumes than any honest image declares: each costs a directory, a mount and an entry in the state. */
const maxImageVolumes = 128

const volumesFromText = ({ container, readOnly }: { readonly container: string; readonly readOnly?: boolean }) =>
  readOnly ? `${container}:ro` : container

function mountsOf(
  spec: ContainerSpec,
  inherited: readonly MountConfig[],
  imageVolumes: readonly string[]
): readonly MountConfig[] {
  const mounts = new Map<string, MountConfig>()
  for (const mount of spec.mounts ?? []) {
    const target = mountTarget(mount.target)
    if (mounts.has(target)) throw new EngineError('invalid-argument', `${target}: duplicate mount destination`)
    // Checked now, so that a container that cannot start is not created.
    const options = mount.type === 'tmpfs' ? tmpfsOptions(target, mount.options) : bindOptions(target, mount.options)
    if (mount.type === 'tmpfs') mounts.set(target, { ...mount, target, options })
    else if (mount.type === 'bind') mounts.set(target, { ...mount, target, options })
    else
      mounts.set(target, {
        ...mount,
        target,
        options,
        copyUp: !mount.options.includes('nocopy'),
        anonymous: mount.source === undefined
      })
  }
  const own = new Set(mounts.keys())
  for (const mount of inherited) if (!own.has(mount.target)) mounts.set(mount.target, mount)
  if (spec.imageVolumes !== 'ignore' && imageVolumes.length > maxImageVolumes) {
    throw new EngineError(
      'exhausted',
      `the image declares ${imageVolumes.length} volumes, more than the ${maxImageVolumes} that a container may have of it`,
      { hint: 'leave them out with --image-volume ignore' }
    )
  }
  for (const path of spec.imageVolumes === 'ignore' ? [] : imageVolumes) {
    const target = mountTarget(path)
    if (mounts.has(target)) continue
    if (spec.imageVolumes === 'tmpfs')
      mounts.set(target, { type: 'tmpfs', target, options: tmpfsOptions(target, ['exec', 'dev', 'suid']) })
    else mounts.set(target, { type: 'volume', target, options: bindOptions(target, []), copyUp: true, anonymous: true })
  }
  // A parent must be mounted before what lies in it.
  return [...mounts.values()].sort((a, b) => a.target.split('/').length - b.target.split('/').length)
}

function mountTarget(path: string): string {
  const target = posix.normalize(path).replace(/(.)\/$/, '$1')
  if (!target.startsWith('/') || target === '/' || target.includes('\0')) {
    throw new EngineError(
      'invalid-argument',
      `invalid container path ${JSON.stringify(path)}, must be an absolute path below /`
    )
  }
  return target
}

function portsOf(spec: ContainerSpec, network: NetworkMode, exposed: readonly string[]) {
  const ports = publishedPorts(spec, exposed)
  if (network.mode === 'bridge' && network.endpoints.length > 0) return ports
  // As with Podman, a container on the host's network needs no publishing.
  if (network.mode === 'host' || ports.length === 0) return []
  throw new EngineError('invalid-argument', `ports cannot be published with --network ${network.mode}`, {
    hint: network.mode === 'container' ? 'publish them on the other container' : 'use a bridge network'
  })
}

function nameServices(spec: ContainerSpec, defaults: ContainerDefaults) {
  return {
    dns: spec.dns ?? defaults.dns,
    dnsSearch: spec.dnsSearch ?? defaults.dnsSearch,
    dnsOptions: spec.dnsOptions ?? defaults.dnsOptions,
    extraHosts: spec.extraHosts ?? [],
    noHosts: spec.noHosts ?? false
  }
}

function namespacesOf(spec: ContainerSpec) {
  const own = { mode: 'private' } as const
  return { pid: spec.pid ?? own, ipc: spec.ipc ?? own, uts: spec.uts ?? own, cgroupns: spec.cgroupns ?? own }
}

/** The default kernel parameters of those namespaces that are the container's own. */
function defaultSysctls(
  { sysctls }: ContainerDefaults,
  spec: ContainerSpec,
  network: NetworkMode
): Readonly<Record<string, string>> {
  const ownsNetwork = network.mode === 'bridge' || network.mode === 'none' || network.mode === 'private'
  const owns = (name: string) => {
    if (name.startsWith('net.')) return ownsNetwork
    return name === 'kernel.domainname' ? isOwn(spec.uts) : isOwn(spec.ipc)
  }
  return Object.fromEntries(Object.entries(sysctls).filter(([name]) => owns(name)))
}

const isOwn = (namespace: NamespaceMode | undefined) => namespace === undefined || namespace.mode === 'private'

/** A path in the trees of cgroups, from their top whether or not it begins with a slash. */
function cgroupParentOf(path: string): string {
  if (path === '' || path.includes('\0') || path.split('/').includes('..')) {
    throw new EngineError('invalid-argument', `${JSON.stringify(path.slice(0, 200))} is not a path of a control group`)
  }
  if (path.endsWith('.slice')) {
    throw new EngineError('unsupported', `${path} is a slice of systemd, and control groups are made as files here`, {
      hint: 'name a plain path, for example /mygroup'
    })
  }
  return posix.normalize(`/${path}`).replace(/(.)\/$/, '$1')
}
