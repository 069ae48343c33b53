import type { Socket } from 'node:net'
import { errorCode } from './errno.ts'
import type { Libc } from './libc.ts'
import { placeholderFd, replaceFd } from './readiness.ts'

const F_GETFL = 3
const F_SETFL = 4
const O_NONBLOCK = 0o4000n

/** Larger than any packet of a monitor, and what Node itself reads at once. */
const PACKET_MAX = 65_536

/** How the other end's departure shows: a peer that left unread data behind, a terminal without a program. */
const isHangUp = (error: unknown): boolean => errorCode(error) === 'ECONNRESET' || errorCode(error) === 'EIO'

/** What is still queued on a non-blocking descriptor. */
function* remaining(libc: Libc, fd: number): Generator<Buffer> {
  const buffer = Buffer.alloc(PACKET_MAX)
  for (;;) {
    const size = Number(libc.read(fd, buffer, BigInt(PACKET_MAX)))
    if (size > 0) yield Buffer.from(buffer.subarray(0, size))
    // A reset is reported once, in front of the data that was received before it.
    else if (size === 0 || !['ECONNRESET', 'EINTR'].includes(libc.error('read').code)) return
  }
}

/**
 * Node's Socket with the two habits of libuv that lose data on packet sockets and terminals put right: at a hang-up it
 * stops after one short read, and it reports the hang-up as an error.
 */
const adoptedSocketClass = (libc: Libc) =>
  class AdoptedSocket extends process.getBuiltinModule('node:net').Socket {
    /** The caller's descriptor, for the last reads; the number that the loop watches is another one. */
    readonly #fd: number
    #ended = false

    constructor(fd: number, number: number, allowHalfOpen: boolean) {
      super({ fd: number, readable: true, writable: true, allowHalfOpen })
      this.#fd = fd
    }

    #finishReading(): void {
      if (this.#ended) return
      this.#ended = true
      for (const packet of remaining(libc, this.#fd)) super.push(packet)
    }

    override push(chunk: unknown, encoding?: BufferEncoding): boolean {
      if (chunk === null) this.#finishReading()
      return super.push(chunk, encoding)
    }

    override destroy(error?: Error): this {
      if (!isHangUp(error) || this.#ended) return super.destroy(error)
      this.push(null)
      // Flowing or not, let the reader see the end; nothing more can be written.
      super.end()
      return this
    }
  }

export interface AdoptOptions {
  /** Keep the writing side open when the other end stops sending. Default false, as for any Node socket. */
  readonly allowHalfOpen?: boolean
}

/** `adopt(fd)` wraps a descriptor; the class is made at the first use, since it needs `node:net`. */
export const socketAdopter = (libc: Libc): ((fd: number, options?: AdoptOptions) => Socket) => {
  let AdoptedSocket: ReturnType<typeof adoptedSocketClass> | undefined
  return (fd, { allowHalfOpen = false } = {}) => {
    AdoptedSocket ??= adoptedSocketClass(libc)
    const flags = libc.check(libc.fcntl(fd, F_GETFL, 0n), 'fcntl')
    libc.check(libc.fcntl(fd, F_SETFL, BigInt(flags) | O_NONBLOCK), 'fcntl')
    const number = placeholderFd(libc)
    const socket = new AdoptedSocket(fd, number, allowHalfOpen)
    try {
      replaceFd(libc, fd, number)
    } catch (error) {
      // Until here the descriptor is the caller's.
      socket.destroy()
      throw error
    }
    return socket.once('close', () => libc.close(fd))
  }
}
