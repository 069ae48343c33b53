import { once } from 'node:events'
import { readFileSync, readlinkSync } from 'node:fs'
import type { Server } from 'node:net'
import { EngineError } from '@runcible/interface'

/**
 * Listens on a socket that this process inherited. Returns its path.
 *
 * @throws EngineError `invalid-argument` for what is no listening socket, `unsupported` for TCP and abstract sockets
 */
export async function listenOnDescriptor(server: Server, fd: number): Promise<string> {
  const path = socketPath(fd)
  try {
    server.listen({ fd })
    await once(server, 'listening')
    return path
  } catch (cause) {
    throw invalid(fd, 'cannot be listened on', cause)
  }
}

/** The path that a listening unix socket is bound to, as the kernel knows it: Node does not tell. */
function socketPath(fd: number): string {
  const inode = socketInode(fd)
  const line = readFileSync('/proc/net/unix', 'utf8')
    .split('\n')
    .find((text) => unixSocket(text)?.inode === inode)
  const socket = line === undefined ? undefined : unixSocket(line)
  if (socket === undefined) throw unsupported(fd, 'no unix socket')
  if (!socket.isListening) throw invalid(fd, 'is not a listening socket')
  if (!socket.path.startsWith('/')) throw unsupported(fd, 'an abstract or unnamed socket')
  return socket.path
}

function socketInode(fd: number): string {
  let target: string
  try {
    target = readlinkSync(`/proc/self/fd/${fd}`)
  } catch (cause) {
    throw invalid(fd, 'is not open', cause)
  }
  const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1]
  if (inode === undefined) throw invalid(fd, 'is not a socket')
  return inode
}

// __SO_ACCEPTON of unix sockets in /proc/net/unix.
const acceptsConnections = 0x10000

/** A line of /proc/net/unix: number, references, protocol, flags, type, state, inode, path. */
function unixSocket(line: string) {
  const match = /^\S+ \S+ \S+ ([0-9A-F]{8}) \S+ \S+ +(\d+)(?: (.*))?$/.exec(line)
  if (match === null) return undefined
  const [, flags = '', inode = '', path = ''] = match
  return { inode, path, isListening: (Number.parseInt(flags, 16) & acceptsConnections) !== 0 }
}

function invalid(fd: number, reason: string, cause?: unknown): EngineError {
  return new EngineError('invalid-argument', `descriptor ${fd} ${reason}`, {
    cause,
    hint: 'start the server through its socket unit, or give it --listen unix:///path'
  })
}

function unsupported(fd: number, kind: string): EngineError {
  return new EngineError('unsupported', `descriptor ${fd} is ${kind}; only a unix socket with a path is served`, {
    hint: 'set ListenStream=/run/runcible/runcible.sock in the socket unit'
  })
}
