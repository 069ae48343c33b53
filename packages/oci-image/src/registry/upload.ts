import { EngineError } from '@runcible/interface'
import type { Descriptor } from '@runcible/oci-spec'
import { discard } from './body.ts'
import type { RequestSubject } from './errors.ts'
import { pullScope, pushScope, type Repository } from './manifests.ts'
import { withRetries } from './retry.ts'
import type { HttpResponse } from './transport.ts'

export interface UploadRequest {
  readonly descriptor: Descriptor
  /** The bytes from an offset on, at most `length` of them. */
  readonly read: (offset: number, length: number) => AsyncIterable<Uint8Array>
  /** Another repository of the same registry that is known to have the blob. */
  readonly mountFrom?: string | undefined
  /** Bytes for each request of an upload; a blob that is not longer goes in one. */
  readonly chunkSize: number
  /** Bytes given to the connection so far. */
  readonly onBytes?: ((current: number) => void) | undefined
}

export type UploadResult = 'exists' | 'mounted' | 'uploaded'

/** Puts a blob into a repository, unless it is there or another repository of the registry can lend it. */
export async function uploadBlob(at: Repository, request: UploadRequest): Promise<UploadResult> {
  if (await hasBlob(at, request.descriptor)) return 'exists'
  return withRetries(at.retries, async () => {
    const opened = await openUpload(at, request)
    if (opened === 'mounted') return 'mounted'
    await sendBlob(at, request, opened)
    return 'uploaded'
  })
}

const subjectOf = (at: Repository, descriptor: Descriptor): RequestSubject => ({
  registry: at.session.registry,
  repository: at.repository,
  kind: 'upload',
  target: descriptor.digest
})

/** HEAD of a blob. */
export function hasBlob(at: Repository, descriptor: Descriptor): Promise<boolean> {
  return withRetries(at.retries, async () => {
    const response = await at.session.send({
      method: 'HEAD',
      to: `v2/${at.repository}/blobs/${descriptor.digest}`,
      accept: [200, 404],
      scopes: [pushScope(at.repository)],
      subject: subjectOf(at, descriptor),
      signal: at.retries.signal
    })
    discard(response)
    return response.status === 200
  })
}

async function openUpload(at: Repository, { descriptor, mountFrom }: UploadRequest): Promise<URL | 'mounted'> {
  const query =
    mountFrom === undefined
      ? ''
      : `?mount=${encodeURIComponent(descriptor.digest)}&from=${encodeURIComponent(mountFrom)}`
  const response = await at.session.send({
    method: 'POST',
    to: `v2/${at.repository}/blobs/uploads/${query}`,
    headers: { 'content-length': '0' },
    body: () => new Uint8Array(0),
    accept: [201, 202],
    scopes: [pushScope(at.repository), ...(mountFrom === undefined ? [] : [pullScope(mountFrom)])],
    subject: subjectOf(at, descriptor),
    signal: at.retries.signal
  })
  response.body.resume()
  return response.status === 201 && mountFrom !== undefined ? 'mounted' : locationOf(at, response)
}

function locationOf(at: Repository, response: HttpResponse): URL {
  const location = response.header('location')
  if (location !== undefined && URL.canParse(location, response.url)) return new URL(location, response.url)
  throw new EngineError('unavailable', `registry ${at.session.registry} did not say where to upload to`, {
    subject: { kind: 'registry', name: at.session.registry }
  })
}

/** All at once when it fits into one chunk, otherwise chunk by chunk. OCI distribution specification, "Pushing blobs". */
async function sendBlob(at: Repository, request: UploadRequest, start: URL): Promise<void> {
  const { descriptor, chunkSize } = request
  if (descriptor.size <= chunkSize) return finish(at, request, start, 0)
  let location = start
  for (let offset = 0; offset < descriptor.size; offset += chunkSize) {
    const length = Math.min(chunkSize, descriptor.size - offset)
    const response = await at.session.send({
      method: 'PATCH',
      to: location,
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(length),
        'content-range': `${offset}-${offset + length - 1}`
      },
      body: () => counted(request, offset, length),
      accept: [202],
      scopes: [pushScope(at.repository)],
      subject: subjectOf(at, descriptor),
      signal: at.retries.signal
    })
    response.body.resume()
    location = locationOf(at, response)
  }
  await finish(at, request, location, descriptor.size)
}

async function finish(at: Repository, request: UploadRequest, location: URL, offset: number): Promise<void> {
  const { descriptor } = request
  const url = new URL(location)
  url.searchParams.set('digest', descriptor.digest)
  const length = descriptor.size - offset
  const response = await at.session.send({
    method: 'PUT',
    to: url,
    headers: { 'content-type': 'application/octet-stream', 'content-length': String(length) },
    body: () => (length === 0 ? new Uint8Array(0) : counted(request, offset, length)),
    accept: [201, 204],
    scopes: [pushScope(at.repository)],
    subject: subjectOf(at, descriptor),
    signal: at.retries.signal
  })
  response.body.resume()
}

async function* counted(request: UploadRequest, offset: number, length: number): AsyncIterable<Uint8Array> {
  let position = offset
  for await (const chunk of request.read(offset, length)) {
    yield chunk
    position += chunk.length
    request.onBytes?.(position)
  }
}
