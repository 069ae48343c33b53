import { type ListenTarget, parseListenAddress } from '@runcible/api-server'
import { EngineError } from '@runcible/interface'
import type { Options } from './options.ts'

/**
 * What was asked for, else the descriptor that systemd hands over, else the socket of the configuration.
 *
 * @throws EngineError `unavailable` for a descriptor that was not handed over, `unsupported` for TCP
 */
export function listenTarget(
  { listen, socketGroup }: Pick<Options, 'listen' | 'socketGroup'>,
  activated: readonly number[],
  defaultSocket: string
): ListenTarget {
  const address = listen ?? (activated.length > 0 ? 'fd://' : `unix://${defaultSocket}`)
  const target = parseListenAddress(address, socketGroup)
  if (!('fd' in target)) return target
  if (!activated.includes(target.fd)) {
    throw new EngineError('unavailable', `no socket was handed over as descriptor ${target.fd}`, {
      hint: 'start the server through its socket unit, or give it --listen unix:///path'
    })
  }
  if (socketGroup === undefined) return target
  throw new EngineError('invalid-argument', '--socket-group has no effect on a socket that is handed over', {
    hint: 'set SocketGroup= in the socket unit'
  })
}
