import { EngineError, isEngineError } from '@runcible/interface'
import {
  type Descriptor,
  type Digest,
  digestAlgorithm,
  isIndexMediaType,
  jsonLimits,
  parseIndex,
  parseJson,
  SpecError
} from '@runcible/oci-spec'
import { discard, readBody } from './body.ts'
import type { RequestSubject } from './errors.ts'
import { nextPage } from './link.ts'
import { getManifest, pullScope, reading, type Repository } from './manifests.ts'
import { cleanText } from './redact.ts'
import { withRetries } from './retry.ts'

const indexMediaType = 'application/vnd.oci.image.index.v1+json'
const mostPages = 1000

/**
 * The manifests whose `subject` is `digest`: from the referrers API, or where the registry has none, from the index
 * under the tag that stands in for it. OCI distribution specification 1.1, "Listing Referrers". Empty when there are none.
 */
export async function listReferrers(
  at: Repository,
  digest: Digest,
  artifactType?: string
): Promise<readonly Descriptor[]> {
  const found = (await fromApi(at, digest, artifactType)) ?? (await fromTag(at, digest))
  // A registry may leave the filtering to the client.
  return artifactType === undefined ? found : found.filter((descriptor) => descriptor.artifactType === artifactType)
}

/** The tag under which a registry without the referrers API keeps them: `sha256-` and the first 64 hex digits. */
export function referrersTag(digest: Digest): string {
  const algorithm = digestAlgorithm(digest)
  return `${algorithm.slice(0, 32)}-${digest.slice(algorithm.length + 1, algorithm.length + 65)}`
}

/** `undefined` where the registry does not have the API. */
async function fromApi(
  at: Repository,
  digest: Digest,
  artifactType: string | undefined
): Promise<readonly Descriptor[] | undefined> {
  const query = artifactType === undefined ? '' : `?artifactType=${encodeURIComponent(artifactType)}`
  const found: Descriptor[] = []
  let to: string | URL | undefined = `v2/${at.repository}/referrers/${digest}${query}`
  for (let pages = 0; to !== undefined; pages++) {
    if (pages === mostPages) throw problem(at, digest, 'the list does not end')
    const page = await readPage(at, digest, to)
    if (page === undefined) return pages === 0 ? undefined : found
    found.push(...page.manifests)
    to = page.next
  }
  return found
}

interface Page {
  readonly manifests: readonly Descriptor[]
  readonly next: URL | undefined
}

function readPage(at: Repository, digest: Digest, to: string | URL): Promise<Page | undefined> {
  const { registry } = at.session
  const subject: RequestSubject = { registry, repository: at.repository, kind: 'manifest', target: digest }
  return withRetries(at.retries, async () => {
    const response = await at.session.send({
      method: 'GET',
      to,
      headers: { accept: indexMediaType },
      accept: [200, 400, 404, 405, 501],
      scopes: [pullScope(at.repository)],
      subject,
      signal: at.retries.signal
    })
    const mediaType = (response.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
    if (response.status !== 200 || !isIndexMediaType(mediaType)) {
      discard(response)
      return undefined
    }
    const body = await reading(at, () => readBody(response, jsonLimits.manifest.maxBytes, 'the list of referrers'))
    return { manifests: parseReferrers(at, digest, body), next: nextPage(registry, response) }
  })
}

async function fromTag(at: Repository, digest: Digest): Promise<readonly Descriptor[]> {
  try {
    const index = await getManifest(at, referrersTag(digest))
    // Something else under that tag is not a list of referrers.
    return isIndexMediaType(index.mediaType) ? parseReferrers(at, digest, index.bytes) : []
  } catch (error) {
    if (isEngineError(error, 'not-found')) return []
    throw error
  }
}

function parseReferrers(at: Repository, digest: Digest, body: Uint8Array): readonly Descriptor[] {
  try {
    return parseIndex(parseJson(body, jsonLimits.manifest)).manifests
  } catch (cause) {
    if (!(cause instanceof SpecError)) throw cause
    throw problem(at, digest, cleanText(cause.message), cause)
  }
}

const problem = (at: Repository, digest: Digest, why: string, cause?: unknown): EngineError =>
  new EngineError('corrupt', `registry ${at.session.registry} sent a wrong list of referrers of ${digest}: ${why}`, {
    subject: { kind: 'registry', name: at.session.registry },
    cause
  })
