import { type ContentStore, EngineError, type Ingest, isEngineError } from '@runcible/interface'
import { type Descriptor, isNondistributableLayer } from '@runcible/oci-spec'
import { discard } from './body.ts'
import { abortedError, type RequestSubject, responseError } from './errors.ts'
import { pullScope, reading, type Repository } from './manifests.ts'
import { rateLimitOf } from './rate-limit.ts'
import { RetryableError, withRetries } from './retry.ts'
import type { HttpResponse } from './transport.ts'

export interface DownloadRequest {
  readonly descriptor: Descriptor
  readonly content: Pick<ContentStore, 'ingest' | 'info'>
  /** Bytes that are here so far. */
  readonly onBytes?: ((current: number) => void) | undefined
}

/**
 * Brings a blob into the content store, which verifies it. What an interrupted download left is continued. A second
 * download of the same blob, also by another process, waits for the first. True when bytes came over the network.
 */
export async function downloadBlob(at: Repository, request: DownloadRequest): Promise<boolean> {
  try {
    return await attemptDownload(at, request)
  } catch (error) {
    if (!(error instanceof CorruptResume)) throw error
    // The bytes left by an earlier download may have been the bad ones; the store dropped them.
    return await attemptDownload(at, request).catch((again: unknown) => {
      throw again instanceof CorruptResume ? again.error : again
    })
  }
}

/** What a download wrote after bytes that were there already is not the blob. */
class CorruptResume extends Error {
  readonly error: EngineError

  constructor(error: EngineError) {
    super(error.message, { cause: error })
    this.error = error
  }
}

async function attemptDownload(at: Repository, request: DownloadRequest): Promise<boolean> {
  const { descriptor, content } = request
  const { signal } = at.retries
  const { digest, size } = descriptor
  await using ingest = await content.ingest({ ref: `blob/${digest}`, digest, size }, { signal })
  if (ingest === undefined) {
    const size = (await content.info(digest))?.size
    if (size !== undefined && size !== descriptor.size) throw storedSize(descriptor, size)
    return false
  }
  const resumed = ingest.offset > 0
  try {
    await transfer(at, request, ingest)
    if (signal?.aborted === true) throw abortedError(signal)
    await ingest.commit()
    return true
  } catch (error) {
    // A cancelled transfer leaves nothing; one that failed, or ends because another blob failed, leaves its bytes.
    if (signal?.aborted === true && abortedError(signal).code === 'aborted') await ingest.abort()
    if (resumed && isEngineError(error, 'corrupt')) {
      await ingest.abort()
      throw new CorruptResume(error)
    }
    throw error
  }
}

const storedSize = ({ digest, size }: Descriptor, stored: number): EngineError =>
  new EngineError('corrupt', `blob ${digest} has ${stored} bytes, its manifest says ${size}`, {
    subject: { kind: 'blob', name: digest }
  })

// Progress smaller than this does not earn a new series of attempts: a server that sends a byte at a time ends.
const worthyProgress = 256 * 1024

async function transfer(at: Repository, { descriptor, onBytes }: DownloadRequest, ingest: Ingest): Promise<void> {
  let position = ingest.offset
  onBytes?.(position)
  await withRetries(at.retries, async (progress) => {
    if (position === descriptor.size) return
    const start = position
    const response = await openBlob(at, descriptor, start)
    let skip = checkAnswer(at, descriptor, response, start)
    await reading(at, async () => {
      for await (const chunk of response.body as AsyncIterable<Buffer>) {
        const rest = skip === 0 ? chunk : chunk.subarray(Math.min(skip, chunk.length))
        skip -= chunk.length - rest.length
        if (rest.length === 0) continue
        await ingest.write(rest)
        position += rest.length
        release(chunk)
        onBytes?.(position)
        if (position - start >= worthyProgress) progress()
      }
    })
    if (position < descriptor.size) throw cutShort(at, descriptor, position)
  })
}

/**
 * Gives back the memory of a chunk that has its own: a download makes garbage faster than it is collected, and of what
 * the collector returns in large amounts the process keeps a good part.
 */
function release({ buffer, byteLength }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0)
}

export function openBlob(at: Repository, descriptor: Descriptor, offset: number): Promise<HttpResponse> {
  const foreign = isNondistributableLayer(descriptor.mediaType) ? descriptor.urls?.[0] : undefined
  return at.session.send({
    method: 'GET',
    to: foreign === undefined ? `v2/${at.repository}/blobs/${descriptor.digest}` : foreignUrl(descriptor, foreign),
    ...(offset === 0 ? {} : { headers: { range: `bytes=${offset}-` } }),
    accept: [200, 206, 416],
    scopes: [pullScope(at.repository)],
    subject: subjectOf(at, descriptor),
    signal: at.retries.signal
  })
}

const subjectOf = (at: Repository, descriptor: Descriptor): RequestSubject => ({
  registry: at.session.registry,
  repository: at.repository,
  kind: 'blob',
  target: descriptor.digest
})

// A manifest is not trusted to send requests to plain services of the local network.
function foreignUrl(descriptor: Descriptor, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url !== undefined && url.protocol === 'https:' && url.username === '' && url.password === '') return url
  throw new EngineError(
    'unsupported',
    `layer ${descriptor.digest} is kept outside the registry at a place that is not an https URL`,
    {
      subject: { kind: 'blob', name: descriptor.digest }
    }
  )
}

/** How many bytes of the body to pass over, for a server that ignores ranges. */
export function checkAnswer(at: Repository, descriptor: Descriptor, response: HttpResponse, offset: number): number {
  const refuse = (code: 'corrupt' | 'unavailable', message: string): EngineError => {
    discard(response)
    return new EngineError(code, message, { subject: { kind: 'blob', name: descriptor.digest } })
  }
  const { registry } = at.session
  if (response.status === 416) {
    discard(response)
    const failed = { status: 416, body: '', authenticated: false, limit: rateLimitOf(response) }
    throw new RetryableError(responseError(subjectOf(at, descriptor), failed))
  }
  if (response.status === 206) {
    const range = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(response.header('content-range') ?? '')
    if (range === null || Number(range[1]) !== offset) {
      throw refuse(
        'unavailable',
        `registry ${registry} answered a request for the rest of blob ${descriptor.digest} with another part`
      )
    }
    if (range[2] !== '*' && Number(range[2]) !== descriptor.size)
      throw refuse('corrupt', wrongSize(at, descriptor, range[2] ?? ''))
    return 0
  }
  const announced = response.header('content-length')
  if (announced !== undefined && Number(announced) !== descriptor.size)
    throw refuse('corrupt', wrongSize(at, descriptor, announced))
  return offset
}

const wrongSize = (at: Repository, { digest, size }: Descriptor, announced: string): string =>
  `registry ${at.session.registry} has ${announced} bytes for blob ${digest}, its manifest says ${size}`

function cutShort(at: Repository, { digest, size }: Descriptor, position: number): RetryableError {
  const message = `registry ${at.session.registry} ended blob ${digest} after ${position} of ${size} bytes`
  return new RetryableError(
    new EngineError('unavailable', message, { subject: { kind: 'blob', name: digest }, hint: 'try again' })
  )
}
