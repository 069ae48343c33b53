import type { Socket } from 'node:net'
import { Readable, Writable } from 'node:stream'
import { EngineError, type AttachRequest, type Attachment, type TerminalSize } from '@runcible/interface'
import type { Linux } from '@runcible/linux'

/** First byte of each packet from conmon. */
const STDOUT = 2
const STDERR = 3
/** conmon takes one packet at a time into a buffer; what does not fit would be lost. */
const PACKET = 8192

interface Output {
  readonly stream: Readable
  readonly wanted: boolean
}

/** A stream that holds the socket back while its reader is behind. */
const output = (wanted: boolean, demand: () => void): Output => ({
  wanted,
  stream: new Readable({ read: demand, highWaterMark: 64 * 1024 })
})

const deliver = (socket: Socket, outputs: ReadonlyMap<number, Output>): void => {
  const full = new Set<Output>()
  const packet = (data: Buffer) => {
    const target = outputs.get(data[0] ?? 0)
    if (target === undefined || !target.wanted || target.stream.destroyed) return
    if (!target.stream.push(data.subarray(1))) {
      full.add(target)
      socket.pause()
    }
  }
  socket.on('data', packet)
  const finish = () => {
    for (const { stream } of outputs.values()) if (!stream.readableEnded && !stream.destroyed) stream.push(null)
  }
  socket.once('end', finish)
  socket.once('close', finish)
}

/** Ending it shuts the sending side down, which conmon passes on as the end of the input. */
const input = (socket: Socket): Writable =>
  new Writable({
    write: (chunk: Buffer, _encoding, callback) => {
      // One at a time: writes that wait together would leave as a single packet, too large for conmon.
      const send = (from: number) => {
        const packet = chunk.subarray(from, from + PACKET)
        socket.write(packet, (error) => {
          if (error || from + PACKET >= chunk.length) callback(error)
          else send(from + PACKET)
        })
      }
      send(0)
    },
    final: (callback) => {
      if (socket.destroyed || socket.writableEnded) callback()
      else socket.end(() => callback())
    }
  })

export interface AttachInit {
  readonly linux: Linux
  readonly path: string
  readonly request: AttachRequest
  readonly resize: (size: TerminalSize) => Promise<void>
}

/**
 * Connects to a monitored process. Output that nobody reads holds the process back once the buffers are full, as a pipe
 * does; nothing is dropped.
 *
 * @throws EngineError `failed-precondition` when there is nothing to attach to any more
 */
export const connectAttach = ({ linux, path, request, resize }: AttachInit): Attachment => {
  const socket = linux.socket.adopt(connect(linux, path), { allowHalfOpen: true })
  const demand = () => {
    if (socket.isPaused()) socket.resume()
  }
  const stdout = output(request.stdout === true, demand)
  const stderr = output(request.stderr === true, demand)
  deliver(
    socket,
    new Map([
      [STDOUT, stdout],
      [STDERR, stderr]
    ])
  )
  const stdin = request.stdin === true ? input(socket) : undefined
  // A process that ends while we write to it is no failure of the attachment.
  stdin?.on('error', () => undefined)
  socket.on('error', () => socket.destroy())
  const done = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.once('end', () => socket.end())
  done.then(() => stdin?.destroy())
  return {
    stdin,
    stdout: request.stdout === true ? stdout.stream : undefined,
    stderr: request.stderr === true ? stderr.stream : undefined,
    done,
    resize,
    detach: () => socket.destroy()
  }
}

const connect = (linux: Linux, path: string): number => {
  try {
    return linux.socket.connect(path, 'seqpacket')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' && code !== 'ECONNREFUSED') throw error
    throw new EngineError('failed-precondition', 'there is no running process to attach to', { cause: error })
  }
}
