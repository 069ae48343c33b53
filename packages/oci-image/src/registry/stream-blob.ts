import { EngineError } from '@runcible/interface'
import type { Descriptor } from '@runcible/oci-spec'
import { checkAnswer, openBlob } from './download.ts'
import { reading, type Repository } from './manifests.ts'
import { RetryableError, throwIfAborted, withRetries } from './retry.ts'

export interface BlobPart {
  readonly offset?: number
  /** Bytes at most. */
  readonly length?: number
}

/**
 * The bytes of a blob from `offset` on, at most `length` of them. A connection that breaks is opened again where it
 * broke. The bytes are not verified.
 */
export async function* streamBlob(
  at: Repository,
  descriptor: Descriptor,
  { offset = 0, length = descriptor.size - offset }: BlobPart = {}
): AsyncGenerator<Uint8Array> {
  const end = Math.min(offset + length, descriptor.size)
  let position = offset
  for (let failures = 0; position < end;) {
    const start = position
    const opened = await withRetries(at.retries, async () => {
      const response = await openBlob(at, descriptor, start)
      return { response, skip: checkAnswer(at, descriptor, response, start) }
    })
    const body = (opened.response.body as AsyncIterable<Buffer>)[Symbol.asyncIterator]()
    let skip = opened.skip
    try {
      while (position < end) {
        const next = await reading(at, () => body.next())
        if (next.done === true) throw cut(at, descriptor, position)
        const rest = next.value.subarray(Math.min(skip, next.value.length))
        skip -= next.value.length - rest.length
        if (rest.length === 0) continue
        const piece = rest.subarray(0, Math.min(rest.length, end - position))
        position += piece.length
        yield piece
      }
    } catch (error) {
      throwIfAborted(at.retries.signal)
      if (!(error instanceof RetryableError)) throw error
      failures = position > start ? 0 : failures + 1
      if (failures >= at.retries.policy.attempts) throw error.error
    } finally {
      await body.return?.()
    }
  }
}

function cut(at: Repository, { digest, size }: Descriptor, position: number): RetryableError {
  const message = `registry ${at.session.registry} ended blob ${digest} after ${position} of ${size} bytes`
  return new RetryableError(
    new EngineError('unavailable', message, { subject: { kind: 'blob', name: digest }, hint: 'try again' })
  )
}
