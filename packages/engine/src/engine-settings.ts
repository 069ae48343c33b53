import { join } from 'node:path'
import type { EngineConfig } from '@runcible/config'
import type { Components } from '@runcible/interface'
import type { EngineSettings } from '@runcible/lifecycle'
import { createLinux, type Linux } from '@runcible/linux'
import { exitCommand } from './exit-command.ts'
import { hostFacts } from './host-facts.ts'
import { loadSeccomp } from './load-seccomp.ts'
import { lockFile } from './lock-file.ts'
import { localTrust } from './trust/trust.ts'

/** What an engine is told about the program that it is part of. */
export interface EngineIdentity {
  /**
   * Runs the command line of this engine (an executable and its leading arguments): what a container's monitor calls
   * after the exit. Without it the next operation on the container gives back its mounts and network, and restarts
   * and automatic removals happen when the program calls `containers.cleanup`.
   */
  readonly command?: readonly string[]
  /** Version to report. */
  readonly version?: string
}

export interface EngineSettingsInit extends EngineIdentity {
  readonly config: EngineConfig
  readonly runtime: Components['runtime']
  /** By default the real kernel. */
  readonly linux?: Linux
}

/** What `localEngine` needs besides components: paths, defaults, and facts about this host. */
export function engineSettings(init: EngineSettingsInit): EngineSettings {
  const { config, runtime, linux = createLinux(), command, version = '0.0.0' } = init
  const { root, runRoot } = config.paths
  const lockPath = (containerId: string) => lockFile(join(runRoot, 'locks'), containerId)
  const facts = () =>
    import('./system-info.ts').then(({ systemFacts }) => systemFacts({ config, linux, runtime, version }))
  return {
    root,
    runRoot,
    // A getter: containers.conf is read when a container is made, not before.
    get defaults() {
      return config.containers
    },
    host: hostFacts(linux),
    loadSeccomp,
    ...(command ? { exitCommand: exitCommand({ command, root, runRoot, lockPath }) } : {}),
    version: async () => (await facts()).version(),
    info: async () => (await facts()).info(),
    doctor: async () => {
      const { diagnoseHost } = await import('./doctor/doctor.ts')
      const { paths, conmonPaths } = config.runtime
      return diagnoseHost(linux, { runc: paths, conmon: conmonPaths })
    },
    removeFiles: async () => (await import('./remove-roots.ts')).removeRoots(root, runRoot),
    trust: localTrust(config)
  }
}
