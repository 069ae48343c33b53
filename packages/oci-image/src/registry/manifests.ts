import { EngineError } from '@runcible/interface'
import { type Digest, digestAlgorithm, digestOf, isDigest, jsonLimits, manifestAccept } from '@runcible/oci-spec'
import { readBody } from './body.ts'
import { cleanText } from './redact.ts'
import { type Retries, RetryableError, withRetries } from './retry.ts'
import { connectionError, type RequestSubject } from './errors.ts'
import type { Session } from './session.ts'

/** A manifest or index as the registry gave it; the bytes have the digest. */
export interface FetchedManifest {
  readonly bytes: Uint8Array
  readonly mediaType: string
  readonly digest: Digest
}

export interface Repository {
  readonly session: Session
  readonly repository: string
  readonly retries: Retries
}

/**
 * GET of a manifest by tag or digest: one request. The bytes are checked against the digest asked for and against the
 * one that the registry states.
 */
export function getManifest(at: Repository, target: string): Promise<FetchedManifest> {
  const subject: RequestSubject = { registry: at.session.registry, repository: at.repository, kind: 'manifest', target }
  return withRetries(at.retries, async () => {
    const { signal } = at.retries
    const response = await at.session.send({
      method: 'GET',
      to: `v2/${at.repository}/manifests/${target}`,
      headers: { accept: manifestAccept.join(', ') },
      accept: [200],
      scopes: [pullScope(at.repository)],
      subject,
      signal
    })
    const bytes = await reading(at, () =>
      readBody(response, jsonLimits.manifest.maxBytes, `the manifest of ${at.repository}`)
    )
    const digest = verified(subject, bytes, response.header('docker-content-digest'))
    return { bytes, digest, mediaType: mediaTypeOf(response.header('content-type')) }
  })
}

/** Runs `read` on an answer's body; a connection that breaks there is worth another attempt. */
export async function reading<T>(at: Repository, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof EngineError || error instanceof RetryableError || at.retries.signal?.aborted === true)
      throw error
    throw new RetryableError(connectionError(at.session.registry, error))
  }
}

function verified(subject: RequestSubject, bytes: Uint8Array, stated: string | undefined): Digest {
  const wanted = isDigest(subject.target) ? subject.target : undefined
  const checked = wanted ?? (isDigest(stated) ? stated : undefined)
  const digest = digestOf(bytes, checked === undefined ? 'sha256' : digestAlgorithm(checked))
  const other = [wanted, isDigest(stated) ? stated : undefined].find((value) => value !== undefined && value !== digest)
  if (other === undefined || digestAlgorithm(other) !== digestAlgorithm(digest)) return digest
  throw new EngineError(
    'corrupt',
    `the manifest of ${subject.repository} from ${subject.registry} has digest ${digest} instead of ${other}`,
    {
      subject: { kind: 'registry', name: subject.registry },
      hint: 'try again; if it stays, the registry or something on the way changes content'
    }
  )
}

const mediaTypeOf = (header: string | undefined): string => (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''

/** PUT of a manifest under a tag or its digest. */
export function putManifest(at: Repository, target: string, manifest: FetchedManifest): Promise<void> {
  const subject: RequestSubject = { registry: at.session.registry, repository: at.repository, kind: 'upload', target }
  return withRetries(at.retries, async () => {
    const response = await at.session.send({
      method: 'PUT',
      to: `v2/${at.repository}/manifests/${target}`,
      headers: { 'content-type': manifest.mediaType },
      body: () => manifest.bytes,
      accept: [201, 202, 200],
      scopes: [pushScope(at.repository)],
      subject,
      signal: at.retries.signal
    })
    response.body.resume()
    const stored = response.header('docker-content-digest')
    if (
      stored !== undefined &&
      isDigest(stored) &&
      digestAlgorithm(stored) === digestAlgorithm(manifest.digest) &&
      stored !== manifest.digest
    ) {
      throw new EngineError(
        'corrupt',
        `registry ${subject.registry} stored the manifest as ${cleanText(stored)} instead of ${manifest.digest}`
      )
    }
  })
}

/** DELETE of a manifest by digest. */
export function deleteManifest(at: Repository, digest: Digest): Promise<void> {
  const { registry } = at.session
  const subject: RequestSubject = { registry, repository: at.repository, kind: 'deletion', target: digest }
  return withRetries(at.retries, async () => {
    const response = await at.session.send({
      method: 'DELETE',
      to: `v2/${at.repository}/manifests/${digest}`,
      accept: [200, 202, 204],
      scopes: [deleteScope(at.repository)],
      subject,
      signal: at.retries.signal
    })
    response.body.resume()
  })
}

const deleteScope = (repository: string): string => `repository:${repository}:delete`
export const pullScope = (repository: string): string => `repository:${repository}:pull`
export const pushScope = (repository: string): string => `repository:${repository}:pull,push`
