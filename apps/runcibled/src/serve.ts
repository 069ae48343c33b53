import { activatedDescriptors, createApiServer } from '@runcible/api-server'
import { loadConfig, openEngine, stderrLogger } from '@runcible/engine'
import { listenTarget } from './listen-target.ts'
import type { Options } from './options.ts'

export interface ServeRequest {
  readonly options: Options
  readonly version: string
  /** The variables of socket activation are removed from it. */
  readonly env: NodeJS.ProcessEnv
  /** Ends the service. */
  readonly signal: AbortSignal
}

/** Serves the API until the signal fires and running requests have been answered. */
export async function serve({ options, version, env, signal }: ServeRequest): Promise<void> {
  const { root, runRoot } = options
  const config = loadConfig({ env, flags: { root, runRoot } })
  const target = listenTarget(options, activatedDescriptors(env, process.pid), config.paths.socket)
  const logger = stderrLogger(options.logLevel)
  await using engine = await openEngine({ config, logger, version })
  await using server = createApiServer({ engine, version, logger })
  const path = await server.listen(target)
  logger.log('info', `listening on unix://${path}`)
  await fired(signal)
  logger.log('info', 'closing')
}

async function fired(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return
  const { promise, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise
}
