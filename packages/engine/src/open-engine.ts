import type { EngineConfig } from '@runcible/config'
import type { Engine, Logger } from '@runcible/interface'
import { localEngine } from '@runcible/lifecycle'
import { createLinux } from '@runcible/linux'
import { assemble } from './assemble.ts'
import { engineSettings, type EngineIdentity } from './engine-settings.ts'

export interface OpenEngineOptions extends EngineIdentity {
  readonly config: EngineConfig
  /** By default warnings and errors go to the standard error. */
  readonly logger?: Logger
}

/**
 * The engine of this machine, as the configuration says. Nothing runs in the background, and nothing keeps the process
 * alive but calls under way; dispose it when done. Containers go on without it.
 */
export async function openEngine({ config, logger, ...identity }: OpenEngineOptions): Promise<Engine> {
  const linux = createLinux()
  const components = await assemble({ config, linux, ...(logger ? { logger } : {}) })
  return localEngine({
    ...components,
    settings: engineSettings({ config, linux, runtime: components.runtime, ...identity })
  })
}
