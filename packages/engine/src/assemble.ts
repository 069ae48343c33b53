import { join } from 'node:path'
import { findRegistryRule, isInsecureRegistry, rememberAlias, type EngineConfig } from '@runcible/config'
import type { Components, Logger } from '@runcible/interface'
import { createLinux, type Linux } from '@runcible/linux'
import { fileLogs } from '@runcible/logs'
import {
  ociArtifacts,
  ociImageStore,
  type OciImageStoreInit,
  ociManifestLists,
  ociRegistries
} from '@runcible/oci-image'
import { sqliteState } from '@runcible/state-sqlite'
import { layerDiffer, localContentStore, rootfsAccess } from '@runcible/storage'
import { localVolumes } from '@runcible/volumes'
import { findExecutable } from './find-executable.ts'
import { imageTrust } from './image-trust.ts'
import { stderrLogger } from './logger.ts'
import { makeDirectory } from './make-directory.ts'
import { networkDrivers, runtimeDrivers, storageDrivers } from './drivers.ts'

export interface Assembly {
  readonly config: EngineConfig
  /** By default the real kernel. */
  readonly linux?: Linux
  /** By default warnings and errors go to the standard error. */
  readonly logger?: Logger
}

/**
 * Configuration → components, each made of those above it. To swap one that others are made of (`state`, `content`,
 * `snapshotter` …), make those others anew as well, from their own packages.
 */
export async function assemble(assembly: Assembly): Promise<Components> {
  const { config, linux = createLinux(), logger = stderrLogger('warn') } = assembly
  const { root, runRoot } = config.paths
  const tmp = join(runRoot, 'tmp')
  for (const directory of [root, runRoot, tmp]) makeDirectory(directory)
  const [snapshots, networks, runtimes] = await Promise.all([
    storageDrivers[config.snapshotter](),
    networkDrivers[config.network.driver](),
    runtimeDrivers.runc()
  ])

  const { state, events } = sqliteState({ root, lockDirectory: join(runRoot, 'locks'), linux })({})
  const content = localContentStore({ root: join(root, 'content'), linux })({})
  const snapshotter = snapshots({ root: join(root, 'snapshots'), linux })({})
  const limits = config.maxLayerSize === undefined ? {} : { maxBytes: config.maxLayerSize }
  const differ = layerDiffer({ linux, tmp, limits })({ content })
  const rootfs = rootfsAccess({ linux, tmp })({})
  const imageInit = imageStoreInit(config)
  const registries = ociRegistries(imageInit)({ state })
  const images = ociImageStore(imageInit)({ content, snapshotter, differ, state, events })
  const manifests = ociManifestLists(imageInit)({ content, snapshotter, differ, state, events })
  const artifacts = ociArtifacts(imageInit)({ content, snapshotter, differ, state, events })
  const { pluginDirectories, configDirectories: userDirectories } = config.network
  const network = networks({ root, netns: join(runRoot, 'netns'), linux, pluginDirectories, userDirectories })({
    state
  })
  const volumes = localVolumes({ root: join(root, 'volumes'), linux })({ state, rootfs })
  const logs = fileLogs({ root: join(root, 'containers') })({})
  const runtime = runtimes({
    root: join(runRoot, 'tasks'),
    linux,
    name: config.runtime.name,
    runtime: firstOf(config.runtime.paths),
    conmon: firstOf(config.runtime.conmonPaths)
  })({})
  return {
    state,
    events,
    content,
    snapshotter,
    differ,
    rootfs,
    images,
    manifests,
    artifacts,
    registries,
    network,
    volumes,
    logs,
    runtime,
    logger
  }
}

/** The first executable that exists; the first candidate when none does, for the driver's message. */
const firstOf = (paths: readonly string[]) => findExecutable(paths) ?? paths[0]!

/** How images come from registries and go there, as the configuration says. */
export function imageStoreInit(config: EngineConfig): OciImageStoreInit {
  return {
    // Not on the run root: whole images may pass through, and that is often memory.
    tmp: join(config.paths.root, 'tmp'),
    // Getters: registries.conf is read when a name has to be looked for or a registry asked, not before.
    registries: {
      get search() {
        return config.registries.search
      },
      get aliases() {
        return config.registries.aliases
      },
      get certificateDirs() {
        return config.registries.certificateDirs
      },
      get credentialHelpers() {
        return config.registries.credentialHelpers
      },
      get shortNameMode() {
        return config.registries.shortNameMode
      },
      rememberAlias: (name, meaning) => rememberAlias(config.registries.aliasFile, name, meaning),
      rule: (name) => findRegistryRule(config.registries, name),
      insecure: (host) => isInsecureRegistry(config.registries, host)
    },
    authFiles: config.authFiles,
    ...imageTrust(config),
    userAgent: 'runcible'
  }
}
