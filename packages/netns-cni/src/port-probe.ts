import { createSocket } from 'node:dgram'
import { createServer, type AddressInfo } from 'node:net'
import { EngineError } from '@runcible/interface'
import { describePort, type SinglePort } from './port-mapping.ts'

const ANY = '0.0.0.0'

const listenTcp = async (host: string, port: number): Promise<number> => {
  const server = createServer()
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  server.once('error', reject)
  server.listen({ host, port, exclusive: true, backlog: 1 }, () => resolve((server.address() as AddressInfo).port))
  try {
    return await promise
  } finally {
    server.close()
  }
}

const bindUdp = async (address: string, port: number): Promise<number> => {
  const socket = createSocket({ type: 'udp4' })
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  socket.once('error', reject)
  socket.bind({ address, port, exclusive: true }, () => resolve(socket.address().port))
  try {
    return await promise
  } finally {
    socket.close()
  }
}

const failure = (error: unknown, port: SinglePort): unknown => {
  const name = describePort(port)
  const options = { subject: { kind: 'host', name }, cause: error } as const
  switch ((error as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new EngineError('in-use', `host port ${name} is in use by another process`, {
        ...options,
        hint: `stop what listens there (ss -lnp 'sport = ${port.hostPort}'), or publish another port`
      })
    case 'EADDRNOTAVAIL':
      return new EngineError(
        'invalid-argument',
        `cannot publish ${name}: this host has no address ${port.hostIp}`,
        options
      )
    case 'EACCES':
      return new EngineError('permission-denied', `host port ${name} may not be bound by this user`, options)
    default:
      return error
  }
}

/**
 * Binds the port for a moment, in the network namespace of the calling thread. Port 0 gives a free one of the kernel's
 * choice. An SCTP port is taken as free: Node has no such sockets.
 *
 * @returns the port
 * @throws EngineError `in-use`, `invalid-argument` when the address is not of this host, `permission-denied`
 */
export const probePort = async (port: SinglePort): Promise<number> => {
  const { hostIp = ANY, hostPort, protocol } = port
  try {
    if (protocol === 'udp') return await bindUdp(hostIp, hostPort)
    return protocol === 'tcp' || hostPort === 0 ? await listenTcp(hostIp, hostPort) : hostPort
  } catch (error) {
    throw failure(error, port)
  }
}
