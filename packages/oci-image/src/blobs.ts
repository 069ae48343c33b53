import type { CallOptions, ContentStore } from '@runcible/interface'
import { type Digest, digestOf } from '@runcible/oci-spec'

/** The whole of a small blob (a manifest or config: their sizes are limited when they come in). */
export async function readBlob(
  content: Pick<ContentStore, 'reader'>,
  digest: Digest,
  options: CallOptions = {}
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of content.reader(digest, options)) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** Keeps bytes that are in memory; they must have the digest when one is given. */
export async function writeBlob(
  content: Pick<ContentStore, 'ingest'>,
  bytes: Uint8Array,
  digest: Digest = digestOf(bytes),
  options: CallOptions = {}
): Promise<Digest> {
  await using ingest = await content.ingest({ ref: `blob/${digest}`, digest, size: bytes.length }, options)
  if (ingest === undefined) return digest
  await ingest.write(bytes.subarray(ingest.offset))
  await ingest.commit()
  return digest
}
