import { EngineError } from '@runcible/interface'
import type { ArchiveOutput } from '../files/archive-output.ts'

interface Chunk {
  readonly bytes: Uint8Array | undefined
  readonly taken: () => void
}

/**
 * An archive that is sent while it is written. `send` begins at the first byte and reads as fast as it can; `commit` ends
 * its stream and waits for it. Without `commit` the stream breaks off, so that the receiver keeps nothing.
 */
export function upload(
  send: (archive: AsyncIterable<Uint8Array>, signal: AbortSignal) => Promise<void>
): ArchiveOutput {
  let position = 0
  let sending: Promise<void> | undefined
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => undefined)
  let next = Promise.withResolvers<Chunk>()
  const given = new AbortController()

  async function* archive(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const { bytes, taken } = await next.promise
      next = Promise.withResolvers()
      if (bytes === undefined) return
      yield bytes
      taken()
    }
  }
  const begin = (): Promise<void> => {
    if (sending !== undefined) return sending
    sending = send(archive(), given.signal)
    // A receiver that gives up must not be waited for by who writes; one that is content too early has failed too.
    sending.then(
      () => failed.reject(new EngineError('unavailable', 'the receiver ended the transfer before its end')),
      (error: unknown) => failed.reject(error)
    )
    return sending
  }
  return {
    get position() {
      return position
    },
    async write(bytes) {
      void begin()
      const { promise: taken, resolve } = Promise.withResolvers<void>()
      next.resolve({ bytes, taken: resolve })
      await Promise.race([taken, failed.promise])
      position += bytes.length
    },
    async commit() {
      const sent = begin()
      next.resolve({ bytes: undefined, taken: () => undefined })
      await sent
    },
    async [Symbol.asyncDispose]() {
      if (sending === undefined) return
      next.promise.catch(() => undefined)
      const abandoned = new EngineError('aborted', 'the transfer was cancelled')
      next.reject(abandoned)
      given.abort(abandoned)
      await sending.catch(() => undefined)
    }
  }
}
