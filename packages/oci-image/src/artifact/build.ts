import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { type CallOptions, type ContentStore, EngineError, type IngestRequest } from '@runcible/interface'
import { createDigester, type Descriptor, type Digest, digestOf, ociMediaTypes } from '@runcible/oci-spec'
import { writeBlob } from '../blobs.ts'
import { throwIfAborted } from '../registry/retry.ts'
import { contentType, sniffLength } from './content-type.ts'
import { titleKey } from './keys.ts'

/** What an artifact is whose maker does not say. */
export const unknownArtifact = 'application/vnd.unknown.artifact.v1'

const empty = Buffer.from('{}')
/** The config of artifacts that have none. OCI image specification 1.1, "Guidance for an Empty Descriptor". */
export const emptyDescriptor: Descriptor = {
  mediaType: ociMediaTypes.empty,
  digest: digestOf(empty),
  size: empty.length,
  data: empty.toString('base64')
}

export const writeEmpty = (content: ContentStore, options: CallOptions = {}): Promise<Digest> =>
  writeBlob(content, empty, emptyDescriptor.digest, options)

// RFC 6838, section 4.2.
const mediaTypeSyntax = /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}$/

/** @throws EngineError `invalid-argument` for what is no media type. */
export function checkMediaType(type: string, what: string): string {
  if (mediaTypeSyntax.test(type)) return type
  throw new EngineError('invalid-argument', `the ${what} ${JSON.stringify(type.slice(0, 100))} is no media type`, {
    hint: 'write one like application/vnd.example.thing.v1'
  })
}

export interface FileRequest {
  readonly mediaType?: string | undefined
  readonly title?: string | undefined
  readonly annotations?: Readonly<Record<string, string>> | undefined
}

/** Copies a file into the content store. Returns what a manifest says about it. */
export async function storeFile(
  content: ContentStore,
  path: string,
  { mediaType, annotations = {}, title = annotations[titleKey] ?? basename(path) }: FileRequest,
  { signal }: CallOptions = {}
): Promise<Descriptor> {
  const file = await openFile(path)
  try {
    const first = Buffer.alloc(sniffLength)
    const { bytesRead } = await file.read(first, 0, sniffLength, 0)
    // Read twice: the store wants the digest first, so that a file that changes meanwhile is noticed.
    const digester = createDigester()
    let size = 0
    for await (const chunk of contentOf(file, signal)) {
      digester.update(chunk)
      size += chunk.length
    }
    const digest = digester.digest()
    await ingest(content, { ref: `blob/${digest}`, digest, size }, contentOf(file, signal), signal)
    const notes = { ...annotations, ...(title === '' ? {} : { [titleKey]: title }) }
    return {
      mediaType: mediaType ?? contentType(first.subarray(0, bytesRead)),
      digest,
      size,
      ...(Object.keys(notes).length === 0 ? {} : { annotations: notes })
    }
  } finally {
    await file.close()
  }
}

/** A stream that gets the signal itself, already fired, fails where nothing catches it. */
async function* contentOf(file: FileHandle, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  throwIfAborted(signal)
  for await (const chunk of file.createReadStream({ start: 0, autoClose: false }) as AsyncIterable<Buffer>) {
    throwIfAborted(signal)
    yield chunk
  }
}

async function openFile(path: string): Promise<FileHandle> {
  const problem = (why: string, cause?: unknown): EngineError =>
    new EngineError('invalid-argument', `cannot take the file ${path}: ${why}`, { cause })
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw problem(error.code === 'ENOENT' ? 'no such file' : error.message, error)
  })
  if ((await file.stat()).isFile()) return file
  await file.close()
  throw problem('it is no regular file')
}

async function ingest(
  content: ContentStore,
  request: IngestRequest,
  chunks: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined
): Promise<void> {
  await using into = await content.ingest(request, { signal })
  if (into === undefined) return
  let skip = into.offset
  for await (const chunk of chunks) {
    const part = chunk.subarray(Math.min(skip, chunk.length))
    skip -= chunk.length - part.length
    if (part.length > 0) await into.write(part)
  }
  await into.commit()
}
