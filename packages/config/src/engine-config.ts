import { EngineError, type ContainerDefaults } from '@runcible/interface'
import { authFiles } from './auth-files.ts'
import { containersConfFiles, registriesConfFiles, type Surroundings } from './config-files.ts'
import { readContainersConfig } from './containers-conf.ts'
import { layeredSettings } from './layered-settings.ts'
import { readNetworkConfig, type NetworkConfig } from './network-conf.ts'
import { enginePaths, type EnginePaths } from './paths.ts'
import { trustPaths, type TrustPaths } from './policy-files.ts'
import type { RegistriesConfig } from './registries.ts'
import { readRegistriesConfig } from './registries-conf.ts'
import { readRuntimeConfig, type RuntimeConfig } from './runtime-conf.ts'
import { storageDriver, type StorageDriver } from './storage-conf.ts'
import { parseSize } from './values.ts'

/** Global options of the command line. Each wins over its variable, and that over the files. */
export interface ConfigFlags {
  /** `--root`, RUNCIBLE_ROOT */
  readonly root?: string | undefined
  /** `--runroot`, RUNCIBLE_RUNROOT */
  readonly runRoot?: string | undefined
  /** API socket; RUNCIBLE_SOCKET */
  readonly socket?: string | undefined
  /** `--storage-driver`, RUNCIBLE_STORAGE_DRIVER: `overlay`, `fuse-overlayfs` or `vfs` */
  readonly storageDriver?: string | undefined
  /** `--runtime`, RUNCIBLE_RUNTIME: name or absolute path */
  readonly runtime?: string | undefined
  /** RUNCIBLE_NETWORK_DRIVER: `bridge` or `cni` */
  readonly networkDriver?: string | undefined
  /** `--conmon`, RUNCIBLE_CONMON: absolute path */
  readonly conmon?: string | undefined
  /** `--authfile`, REGISTRY_AUTH_FILE */
  readonly authFile?: string | undefined
}

export interface ConfigRequest {
  /** By default that of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly flags?: ConfigFlags
  /** User that the engine works for; anything but 0 is rootless. By default that of this process. */
  readonly uid?: number
  /** Directories of the distribution's and the administrator's files, the last one winning. */
  readonly systemDirectories?: readonly string[]
  /** Directory of what tools of containers remember; by default `/var/cache/containers`, or `.cache/containers` of a user. */
  readonly cacheDirectory?: string
}

/**
 * Everything the engine is told from outside, frozen. Sections are read from their files at their first use and kept;
 * a section whose file is wrong throws then: `invalid-argument` with file and key, `permission-denied` when it cannot be read.
 */
export interface EngineConfig {
  readonly rootless: boolean
  readonly paths: EnginePaths
  readonly snapshotter: StorageDriver
  /** Bytes that a layer may unpack to (RUNCIBLE_MAX_LAYER_SIZE, such as `20g`); without it the differ's own limit. */
  readonly maxLayerSize: number | undefined
  /** Files with registry credentials, in the order to look; they need not exist. */
  readonly authFiles: readonly string[]
  readonly containers: ContainerDefaults
  readonly runtime: RuntimeConfig
  readonly network: NetworkConfig
  readonly registries: RegistriesConfig
  /** Where policy.json and registries.d are looked for. */
  readonly trust: TrustPaths
}

/** Decides paths and drivers at once; `invalid-argument` for a flag or variable that makes no sense. */
export function loadConfig(request: ConfigRequest = {}): EngineConfig {
  const { env = process.env, flags = {}, uid = process.getuid?.() ?? 0 } = request
  const surroundings: Surroundings = {
    env,
    uid,
    cacheDirectory: request.cacheDirectory,
    systemDirectories: request.systemDirectories ?? ['/usr/share/containers', '/etc/containers']
  }
  const settings = once(() => layeredSettings(containersConfFiles(surroundings)))
  const containers = once(() => readContainersConfig(settings(), surroundings))
  const runtime = once(() =>
    readRuntimeConfig(settings(), {
      runtime: flags.runtime ?? set(env['RUNCIBLE_RUNTIME']),
      conmon: flags.conmon ?? set(env['RUNCIBLE_CONMON'])
    })
  )
  const network = once(() =>
    readNetworkConfig(settings(), surroundings, flags.networkDriver ?? set(env['RUNCIBLE_NETWORK_DRIVER']))
  )
  const registries = once(() => readRegistriesConfig(registriesConfFiles(surroundings), surroundings))
  const trust = once(() => trustPaths(surroundings))
  return Object.freeze({
    rootless: uid !== 0,
    paths: enginePaths(surroundings, flags),
    snapshotter: storageDriver(flags.storageDriver ?? set(env['RUNCIBLE_STORAGE_DRIVER']), surroundings),
    maxLayerSize: maxLayerSize(set(env['RUNCIBLE_MAX_LAYER_SIZE'])),
    authFiles: authFiles(surroundings, flags.authFile),
    get containers() {
      return containers()
    },
    get runtime() {
      return runtime()
    },
    get network() {
      return network()
    },
    get registries() {
      return registries()
    },
    get trust() {
      return trust()
    }
  })
}

/** An empty variable counts as none. */
const set = (value: string | undefined) => (value === '' ? undefined : value)

function maxLayerSize(text: string | undefined): number | undefined {
  const bytes = text === undefined ? undefined : parseSize(text)
  if (text === undefined || (bytes !== undefined && bytes > 0)) return bytes
  throw new EngineError('invalid-argument', `RUNCIBLE_MAX_LAYER_SIZE=${text.slice(0, 60)} is not a size such as 20g`)
}

function once<T extends object>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= Object.freeze(make()))
}
