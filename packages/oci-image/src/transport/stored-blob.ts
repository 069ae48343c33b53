import { EngineError } from '@runcible/interface'
import { createDigester, type Descriptor, digestAlgorithm } from '@runcible/oci-spec'
import { abortedError } from '../registry/errors.ts'
import type { DownloadRequest } from '../registry/download.ts'

/**
 * Brings a blob that is read from files into a content store, which verifies it. True when bytes were moved, false when
 * the store had it.
 */
export async function storeBlob(
  { descriptor, content, onBytes }: DownloadRequest,
  read: (offset: number) => AsyncIterable<Uint8Array>,
  signal?: AbortSignal
): Promise<boolean> {
  const { digest, size } = descriptor
  await using ingest = await content.ingest({ ref: `blob/${digest}`, digest, size }, { signal })
  if (ingest === undefined) {
    const stored = (await content.info(digest))?.size
    if (stored !== undefined && stored !== size) throw wrongSize(descriptor, stored)
    return false
  }
  try {
    let position = ingest.offset
    for await (const chunk of read(position)) {
      if (signal?.aborted === true) throw abortedError(signal)
      await ingest.write(chunk)
      position += chunk.length
      onBytes?.(position)
    }
    await ingest.commit()
    return true
  } catch (error) {
    // What is read from a file can be read again: nothing is kept for a resume.
    await ingest.abort()
    throw error
  }
}

/** Passes a whole blob on and fails at its end when the bytes are not those of the descriptor. */
export async function* verified(
  { digest, size }: Descriptor,
  bytes: AsyncIterable<Uint8Array>,
  place: string
): AsyncGenerator<Uint8Array> {
  const subject = { kind: 'blob', name: digest } as const
  const digester = createDigester(digestAlgorithm(digest))
  let position = 0
  for await (const chunk of bytes) {
    position += chunk.length
    if (position > size)
      throw new EngineError('corrupt', `blob ${digest} of ${place} is longer than ${size} bytes`, { subject })
    digester.update(chunk)
    yield chunk
  }
  if (position !== size)
    throw new EngineError('corrupt', `blob ${digest} of ${place} has ${position} bytes instead of ${size}`, { subject })
  const actual = digester.digest()
  if (actual !== digest)
    throw new EngineError('corrupt', `blob ${digest} of ${place} has the digest ${actual}`, { subject })
}

export const wrongSize = ({ digest, size }: Descriptor, stored: number): EngineError =>
  new EngineError('corrupt', `blob ${digest} has ${stored} bytes, its manifest says ${size}`, {
    subject: { kind: 'blob', name: digest }
  })
