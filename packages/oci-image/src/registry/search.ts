import { parseJson } from '@runcible/oci-spec'
import { discard, readBody } from './body.ts'
import type { RequestSubject } from './errors.ts'
import { listRepositories } from './listing.ts'
import { reading, type Repository } from './manifests.ts'
import { cleanText } from './redact.ts'
import { withRetries } from './retry.ts'

/** One repository, as the search of a registry describes it. */
export interface SearchHit {
  /** Without the registry. */
  readonly name: string
  readonly description: string
  readonly stars: number
  readonly official: boolean
  readonly automated: boolean
}

/**
 * Repositories whose name has `term` in it: from the search of the old registry API, which Docker Hub and a few more
 * have, otherwise from the list of all repositories. At most `limit`.
 */
export async function searchRegistry(at: Repository, term: string, limit: number): Promise<readonly SearchHit[]> {
  const found = term === '' ? undefined : await oldSearch(at, term, limit)
  return found ?? (await searchCatalog(at, term, limit))
}

const limits = { maxBytes: 4 * 1024 * 1024, maxDepth: 16 }

async function oldSearch(at: Repository, term: string, limit: number): Promise<readonly SearchHit[] | undefined> {
  const { registry } = at.session
  const subject: RequestSubject = { registry, repository: '', kind: 'registry', target: '' }
  const query = new URLSearchParams({ q: term, n: String(limit) })
  return withRetries(at.retries, async () => {
    const response = await at.session.send({
      method: 'GET',
      to: `v1/search?${query}`,
      headers: { accept: 'application/json' },
      accept: [200, 400, 401, 403, 404, 405, 410, 501],
      scopes: [],
      subject,
      signal: at.retries.signal
    })
    if (response.status !== 200) {
      discard(response)
      return undefined
    }
    const body = await reading(at, () => readBody(response, limits.maxBytes, 'the answer to the search'))
    return hitsOf(body)?.slice(0, limit)
  })
}

/** `undefined` when it is not such an answer: some registries send a page for any address. */
function hitsOf(body: Uint8Array): readonly SearchHit[] | undefined {
  let document: unknown
  try {
    document = parseJson(body, limits)
  } catch {
    return undefined
  }
  const results = (document as { readonly results?: unknown } | null)?.results
  if (!Array.isArray(results)) return undefined
  return results.flatMap((result: Readonly<Record<string, unknown>> | null) => {
    const name = result?.['name']
    if (typeof name !== 'string') return []
    const { description, star_count: stars, is_official: official, is_automated: automated } = result ?? {}
    return [
      {
        name: cleanText(name),
        description: typeof description === 'string' ? description : '',
        stars: typeof stars === 'number' ? stars : 0,
        official: official === true,
        automated: automated === true
      }
    ]
  })
}

async function searchCatalog(at: Repository, term: string, limit: number): Promise<readonly SearchHit[]> {
  const found: SearchHit[] = []
  for await (const name of listRepositories(at)) {
    if (found.length === limit) break
    if (!name.includes(term)) continue
    const hit = { name: cleanText(name), description: '', stars: 0, official: false, automated: false }
    // The very name that was looked for comes first.
    if (name === term) found.unshift(hit)
    else found.push(hit)
  }
  return found
}
