import { activatedDescriptors, createApiServer, type ListenTarget, parseListenAddress } from '@runcible/api-server'
import { loadConfig, openEngine, stderrLogger } from '@runcible/engine'
import { EngineError } from '@runcible/interface'
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
  const { root, runRoot, socketGroup } = options
  const config = loadConfig({ env, flags: { root, runRoot } })
  const target = listenTarget(options, activatedDescriptors(env, process.pid), config.paths.socket)
  if ('fd' in target && socketGroup !== undefined) {
    throw new EngineError('invalid-argument', '--socket-group has no effect on an inherited socket', {
      hint: 'set SocketGroup= in the socket unit'
    })
  }
  const logger = stderrLogger(options.logLevel)
  await using engine = await openEngine({ config, logger, version })
  await using server = createApiServer({ engine, version, logger })
  const path = await server.listen(target)
  logger.log('info', `listening on unix://${path}`)
  await fired(signal)
  logger.log('info', 'closing')
}

/** What was asked for, else what systemd hands over, else the socket of the configuration. */
export function listenTarget(
  { listen, socketGroup }: Pick<Options, 'listen' | 'socketGroup'>,
  activated: readonly number[],
  defaultSocket: string
): ListenTarget {
  const target = parseListenAddress(listen ?? (activated.length > 0 ? 'fd://' : `unix://${defaultSocket}`), socketGroup)
  if (!('fd' in target)) return target
  if (activated.includes(target.fd)) return target
  throw new EngineError('unavailable', `no socket was handed over as descriptor ${target.fd}`, {
    hint: 'start the server through its socket unit, or give it --listen unix:///path'
  })
}

async function fired(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (signal.aborted) return
  signal.addEventListener('abort', () => resolve(), { once: true })
  await promise
}
