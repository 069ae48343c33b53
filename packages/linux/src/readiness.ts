import type { Socket } from 'node:net'
import { archOf } from './arch/index.ts'
import { AF_UNIX, O_CLOEXEC, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_STREAM } from './constants.ts'
import type { Libc } from './libc.ts'

/*
 * Event-driven waiting on descriptors that Node has no class for.
 *
 * Node accepts a stream socket by descriptor. Right after it did, and before the event loop has asked the kernel about
 * that descriptor, dup3 puts another file under the same number: the loop then watches that file.
 */

/** Opens the placeholder: one end of a pair whose other end is closed once the number has been taken over. */
export const placeholderFd = (libc: Libc): number => {
  const pair = new Int32Array(2)
  const bytes = new Uint8Array(pair.buffer)
  libc.check(libc.socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, bytes), 'socketpair')
  libc.close(pair[1] ?? -1)
  return pair[0] ?? -1
}

/** Puts the file of `fd` under `number`, close-on-exec. */
export const replaceFd = (libc: Libc, fd: number, number: number): void => {
  libc.check(libc.dup3(fd, number, O_CLOEXEC), 'dup3')
}

export interface WaitOptions {
  readonly signal?: AbortSignal
  /** Whether the wait keeps the event loop alive. Default true. */
  readonly ref?: boolean
}

const EPOLL_CTL_ADD = 1
const EPOLLIN = 1

/** An epoll descriptor that is readable while `fd` is (or has hung up); reading from it fails, so nothing is consumed. */
const watcherOf = (libc: Libc, fd: number): number => {
  const { size } = archOf().epollEvent
  const event = Buffer.alloc(size)
  event.writeUInt32LE(EPOLLIN, 0)
  const watcher = libc.check(libc.epoll_create1(O_CLOEXEC), 'epoll_create1')
  try {
    libc.check(libc.epoll_ctl(watcher, EPOLL_CTL_ADD, fd, event), 'epoll_ctl')
  } catch (error) {
    libc.close(watcher)
    throw error
  }
  return watcher
}

/** A Node socket whose number now belongs to the file of `fd`, which is closed. */
const adoptWatcher = (libc: Libc, fd: number): Socket => {
  const { Socket } = process.getBuiltinModule('node:net')
  let socket: InstanceType<typeof Socket> | undefined
  try {
    const number = placeholderFd(libc)
    socket = new Socket({ fd: number, readable: true, writable: false })
    replaceFd(libc, fd, number)
    return socket
  } catch (error) {
    socket?.destroy()
    throw error
  } finally {
    libc.close(fd)
  }
}

/**
 * Resolves when `fd` can be read, has ended or has failed, without reading from it. Works for every file that poll(2)
 * knows: pidfds, listening sockets, terminals, pipes, event descriptors. `fd` must stay open meanwhile.
 */
export const untilReadable = async (
  libc: Libc,
  fd: number,
  { signal, ref = true }: WaitOptions = {}
): Promise<void> => {
  signal?.throwIfAborted()
  const socket = adoptWatcher(libc, watcherOf(libc, fd))
  if (!ref) socket.unref()
  const { promise: aborted, reject: abort } = Promise.withResolvers<never>()
  const onAbort = () => abort(signal?.reason)
  signal?.addEventListener('abort', onAbort, { once: true })
  try {
    const ready = new Promise<void>((resolve) => {
      // Readiness shows as the failure of the read that libuv then tries.
      socket.once('error', () => resolve())
      socket.once('close', () => resolve())
    })
    await Promise.race([ready, aborted])
  } finally {
    signal?.removeEventListener('abort', onAbort)
    socket.destroy()
  }
}
