import { EngineError } from '@runcible/interface'
import type { Descriptor } from '@runcible/oci-spec'
import { cleanText } from '../../registry/redact.ts'

export interface ReadRange {
  readonly offset?: number | undefined
  /** Bytes at most. */
  readonly length?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Whether a chunk need only be good until the next is asked for: then two buffers do for the whole. */
  readonly reuse?: boolean | undefined
}

/** Regular files by their relative paths, to be read: a directory, or the members of an archive. */
export interface FileTree extends AsyncDisposable {
  /** Bytes of a file; `undefined` when there is none of that name. */
  size(path: string): Promise<number | undefined>
  /** @throws EngineError `not-found` when there is none of that name. */
  stream(path: string, range?: ReadRange): AsyncIterable<Uint8Array>
}

/** The whole of a small file, refused before it is read when it is larger than `limit` bytes. */
export async function readSmall(
  tree: FileTree,
  path: string,
  {
    limit,
    place,
    signal
  }: { readonly limit: number; readonly place: string; readonly signal?: AbortSignal | undefined }
): Promise<Buffer> {
  const size = await tree.size(path)
  if (size === undefined) throw missingFile(path, place)
  if (size > limit)
    throw new EngineError(
      'corrupt',
      `${cleanText(path, 200)} in ${place} is larger than the limit of ${limit / 1024 / 1024} MiB`
    )
  const chunks: Uint8Array[] = []
  for await (const chunk of tree.stream(path, { signal })) chunks.push(chunk)
  return Buffer.concat(chunks)
}

export const missingFile = (path: string, place: string): EngineError =>
  new EngineError('not-found', `${place} has no file ${cleanText(path, 200)}`, {
    subject: { kind: 'image', name: place }
  })

export const missingBlob = ({ digest }: Pick<Descriptor, 'digest'>, place: string): EngineError =>
  new EngineError('not-found', `${place} has no blob ${digest}`, { subject: { kind: 'blob', name: digest } })
