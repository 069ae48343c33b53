import { join } from 'node:path'
import type { EngineConfig } from '@runcible/config'
import type { Engine, Logger } from '@runcible/interface'
import { localEngine } from '@runcible/lifecycle'
import { createLinux } from '@runcible/linux'
import { assemble } from './assemble.ts'
import { exitCommand } from './exit-command.ts'
import { hostFacts } from './host-facts.ts'
import { stderrLogger } from './logger.ts'
import { loadSeccomp } from './load-seccomp.ts'
import { lockFile } from './lock-file.ts'

export interface OpenEngineOptions {
  readonly config: EngineConfig
  /**
   * Runs the command line of this engine (an executable and its leading arguments): what a container's monitor calls
   * after the exit. Without it clean-up and restarts wait for the next operation on the container.
   */
  readonly command?: readonly string[]
  readonly logger?: Logger
  /** Version to report. */
  readonly version?: string
}

/** The engine of this machine, as the configuration says. Nothing runs in the background; dispose it when done. */
export async function openEngine(options: OpenEngineOptions): Promise<Engine> {
  const { config, command, logger = stderrLogger('warn'), version = '0.0.0' } = options
  const { root, runRoot } = config.paths
  const linux = createLinux()
  const components = await assemble({ config, linux, logger })
  const lockDirectory = join(runRoot, 'locks')
  const facts = () =>
    import('./system-info.ts').then(({ systemFacts }) =>
      systemFacts({ config, linux, runtime: components.runtime, version })
    )
  return localEngine({
    ...components,
    settings: {
      root,
      runRoot,
      // A getter: containers.conf is read when a container is made, not before.
      get defaults() {
        return config.containers
      },
      host: hostFacts(linux),
      loadSeccomp,
      ...(command
        ? { exitCommand: exitCommand({ command, root, runRoot, lockPath: (id) => lockFile(lockDirectory, id) }) }
        : {}),
      version: async () => (await facts()).version(),
      info: async () => (await facts()).info(),
      doctor: async () => {
        const { diagnoseHost } = await import('./doctor/doctor.ts')
        const { paths, conmonPaths } = config.runtime
        return diagnoseHost(linux, { runc: paths, conmon: conmonPaths })
      }
    }
  })
}
