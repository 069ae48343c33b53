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

/** Streams that hold the socket back while the reader of any of them is behind. */
const outputs = (socket: Socket, wanted: { readonly stdout: boolean; readonly stderr: boolean }) => {
  const full = new Set<Readable>()
  const output = (isWanted: boolean): Output => {
    const read = () => {
      full.delete(stream)
      if (full.size === 0 && socket.isPaused()) socket.resume()
    }
    const stream = new Readable({ read, highWaterMark: 64 * 1024 })
    // Nobody reads a destroyed stream: it must not hold the other one back.
    stream.once('close', read)
    return { wanted: isWanted, stream }
  }
  const streams = new Map([
    [STDOUT, output(wanted.stdout)],
    [STDERR, output(wanted.stderr)]
  ])
  deliver(socket, streams, full)
  return { stdout: streams.get(STDOUT)!.stream, stderr: streams.get(STDERR)!.stream }
}

const deliver = (socket: Socket, outputs: ReadonlyMap<number, Output>, full: Set<Readable>): void => {
  const packet = (data: Buffer) => {
    const target = outputs.get(data[0] ?? 0)
    if (target === undefined || !target.wanted || target.stream.destroyed) return
    if (!target.stream.push(data.subarray(1))) {
      full.add(target.stream)
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
  const { stdout, stderr } = outputs(socket, { stdout: request.stdout === true, stderr: request.stderr === true })
  const stdin = request.stdin === true ? input(socket) : undefined
  // A process that ends while we write to it is no failure of the attachment.
  stdin?.on('error', () => undefined)
  socket.on('error', () => socket.destroy())
  const done = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.once('end', () => socket.end())
  done.then(() => stdin?.destroy())
  return {
    stdin,
    stdout: request.stdout === true ? stdout : undefined,
    stderr: request.stderr === true ? stderr : undefined,
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
