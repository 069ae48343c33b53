import { closeSync, fchmodSync, rmSync } from 'node:fs'
import type { Socket } from 'node:net'
import { socketAdopter, type AdoptOptions } from './adopt-socket.ts'
import {
  AF_UNIX,
  MSG_NOSIGNAL,
  O_CLOEXEC,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_SEQPACKET,
  SOCK_STREAM
} from './constants.ts'
import { errorCode } from './errno.ts'
import type { Libc } from './libc.ts'
import { untilReadable, type WaitOptions } from './readiness.ts'
import { withUnixAddress } from './unix-address.ts'
import { receiveFds, sendFds, type FdMessage } from './unix-fd.ts'

const types = { stream: SOCK_STREAM, datagram: SOCK_DGRAM, seqpacket: SOCK_SEQPACKET } as const

export type UnixSocketType = keyof typeof types

export interface UnixListener extends Disposable {
  readonly fd: number
  readonly path: string
  /** The descriptor of the next connection: non-blocking, close-on-exec, the caller's to close. */
  accept(options?: WaitOptions): Promise<number>
  /** Closes the socket and deletes its file; connections that were accepted stay. */
  close(): void
}

export interface ListenOptions {
  /** Default `stream`. */
  readonly type?: 'stream' | 'seqpacket'
  /** Permissions of the socket file from its first moment, less the umask. Default 0600. */
  readonly mode?: number
  readonly backlog?: number
}

/**
 * Unix sockets beyond what `node:net` offers: packets, descriptors in messages, paths of any length, and event-driven
 * use of descriptors of any kind. A path beginning with `@` is an abstract address.
 */
export interface SocketCalls {
  /** A connected, non-blocking descriptor. @throws SyscallError ECONNREFUSED, ENOENT, EAGAIN (the backlog is full) */
  connect(path: string, type: UnixSocketType): number
  listen(path: string, options?: ListenOptions): UnixListener
  /** Two connected, non-blocking descriptors. */
  pair(type: UnixSocketType): [number, number]
  /** The ends of a pipe to read from and to write to; both wait, and are close-on-exec. */
  pipe(): [number, number]
  /**
   * A Node socket over any descriptor that can be polled: packet sockets (a packet each `data` event, a `write` each
   * packet, at most 64 KiB), terminals, pipes. Its open file becomes non-blocking. The socket owns the descriptor from
   * now on and closes it with itself. A hang-up of the other end is an ordinary `end`, after everything it had sent;
   * writing after that fails with EPIPE as on any socket.
   */
  adopt(fd: number, options?: AdoptOptions): Socket
  /** Sends one datagram to a path, without waiting. @throws SyscallError EMSGSIZE, EAGAIN, ENOENT, ECONNREFUSED */
  sendDatagram(path: string, data: Uint8Array): void
  /** Sends descriptors along with at least one byte. */
  sendFds(socket: number, fds: readonly number[], data?: Uint8Array): void
  /** Waits for one message with descriptors. Both are empty when the other end has closed. */
  receiveFds(socket: number, options?: WaitOptions & { readonly maximumBytes?: number }): Promise<FdMessage>
  /** Resolves when `fd` can be read, has ended or failed; consumes nothing. */
  untilReadable(fd: number, options?: WaitOptions): Promise<void>
}

const MODE = SOCK_NONBLOCK | SOCK_CLOEXEC
/** What the first bytes of a console message, a terminal's path, fit in. */
const DEFAULT_MESSAGE_BYTES = 4096

/** A new socket, closed again when `use` throws. */
const withSocket = <T>(libc: Libc, type: UnixSocketType, use: (fd: number) => T): T => {
  const fd = libc.check(libc.socket(AF_UNIX, types[type] | MODE, 0), 'socket')
  try {
    return use(fd)
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

const connect = (libc: Libc, path: string, type: UnixSocketType): number =>
  withSocket(libc, type, (fd) => {
    withUnixAddress(libc, path, true, (address) =>
      libc.check(libc.connect(fd, address, address.length), 'connect', path)
    )
    return fd
  })

const accept = async (libc: Libc, fd: number, options: WaitOptions | undefined): Promise<number> => {
  for (;;) {
    const connection = libc.accept4(fd, null, null, MODE)
    if (connection !== -1) return connection
    const error = libc.error('accept4')
    if (error.code === 'EAGAIN') await untilReadable(libc, fd, options)
    else if (error.code !== 'EINTR' && error.code !== 'ECONNABORTED') throw error
  }
}

const listen = (
  libc: Libc,
  path: string,
  { type = 'stream', mode = 0o600, backlog = 128 }: ListenOptions = {}
): UnixListener => {
  const fd = withSocket(libc, type, (socket) => {
    // The file takes its permissions from the socket's own inode.
    fchmodSync(socket, mode)
    withUnixAddress(libc, path, false, (address) =>
      libc.check(libc.bind(socket, address, address.length), 'bind', path)
    )
    libc.check(libc.listen(socket, backlog), 'listen', path)
    return socket
  })
  let open = true
  const close = () => {
    if (!open) return
    open = false
    closeSync(fd)
    if (!path.startsWith('@')) rmSync(path, { force: true })
  }
  return { fd, path, accept: (options) => accept(libc, fd, options), close, [Symbol.dispose]: close }
}

const sendDatagram = (libc: Libc, path: string, data: Uint8Array): void => {
  const fd = connect(libc, path, 'datagram')
  try {
    libc.checkSize(libc.send(fd, data, BigInt(data.length), MSG_NOSIGNAL), 'send', path)
  } finally {
    closeSync(fd)
  }
}

const pipe = (libc: Libc): [number, number] => {
  const fds = new Int32Array(2)
  libc.check(libc.pipe2(new Uint8Array(fds.buffer), O_CLOEXEC), 'pipe2')
  return [fds[0] ?? -1, fds[1] ?? -1]
}

export const socketCalls = (libc: Libc): SocketCalls => ({
  pipe: () => pipe(libc),
  connect: (path, type) => connect(libc, path, type),
  listen: (path, options) => listen(libc, path, options),
  pair: (type) => {
    const fds = new Int32Array(2)
    libc.check(libc.socketpair(AF_UNIX, types[type] | MODE, 0, new Uint8Array(fds.buffer)), 'socketpair')
    return [fds[0] ?? -1, fds[1] ?? -1]
  },
  adopt: socketAdopter(libc),
  sendDatagram: (path, data) => sendDatagram(libc, path, data),
  sendFds: (socket, fds, data = Buffer.of(0)) => sendFds(libc, socket, fds, data),
  receiveFds: async (socket, { maximumBytes = DEFAULT_MESSAGE_BYTES, ...options } = {}) => {
    for (;;) {
      await untilReadable(libc, socket, options)
      try {
        return receiveFds(libc, socket, maximumBytes)
      } catch (error) {
        if (errorCode(error) !== 'EAGAIN' && errorCode(error) !== 'EINTR') throw error
      }
    }
  },
  untilReadable: (fd, options) => untilReadable(libc, fd, options)
})
