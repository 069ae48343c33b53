import type { Readable, Writable } from 'node:stream'

/** A copy from one stream to another that is under way. */
export interface Pump {
  /** Resolves when the source has ended and everything of it is written, or the sink has failed. Never rejects. */
  readonly done: Promise<void>
  /** Resolves when the sink fails: its reader has gone away. */
  readonly broken: Promise<void>
  /** Chunks seen so far: tells whether it still moves. */
  readonly moved: () => number
  /** Whether the sink has still to take what it was given. */
  readonly blocked: () => boolean
}

/**
 * Copies with back-pressure and leaves the sink open. When the sink breaks (a reader that went away) the source is
 * drained to nowhere, so that a container never hangs on its output.
 */
export function pump(source: Readable, sink: Writable): Pump {
  let moved = 0
  let blocked = false
  let broken = false
  const { promise, resolve } = Promise.withResolvers<void>()
  const breaking = Promise.withResolvers<void>()
  const onDrain = (): void => {
    blocked = false
    source.resume()
  }
  const onSinkError = (): void => {
    broken = true
    breaking.resolve()
    onDrain()
  }
  const finish = (): void => {
    const settle = (): void => {
      sink.off('drain', onDrain)
      // A late error of the sink (a reader gone after the last write) has no other listener.
      setImmediate(() => sink.off('error', onSinkError))
      resolve()
    }
    if (broken || sink.destroyed || sink.writableLength === 0) settle()
    else sink.write('', settle)
  }
  sink.on('drain', onDrain)
  sink.on('error', onSinkError)
  source.on('data', (chunk: Uint8Array) => {
    moved++
    if (broken || sink.write(chunk)) return
    blocked = true
    source.pause()
  })
  source.once('end', finish)
  source.once('error', finish)
  source.once('close', finish)
  return { done: promise, broken: breaking.promise, moved: () => moved, blocked: () => blocked }
}
