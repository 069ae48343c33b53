import { EngineError } from '@runcible/interface'
import { parseJson, SpecError } from '@runcible/oci-spec'
import { readBody } from './body.ts'
import type { RequestSubject } from './errors.ts'
import { nextPage } from './link.ts'
import { pullScope, reading, type Repository } from './manifests.ts'
import { cleanText } from './redact.ts'
import { withRetries } from './retry.ts'

const MiB = 1024 * 1024
const pageLimits = { maxBytes: 16 * MiB, maxDepth: 8 }
const mostPages = 10_000
const mostNames = 1_000_000

interface ListRequest {
  /** Path of the first page below the registry's root. */
  readonly path: string
  /** Member of each page with the names. */
  readonly member: 'tags' | 'repositories'
  readonly scopes: readonly string[]
  readonly subject: RequestSubject
}

/** Tags of a repository, page by page in the registry's order. OCI distribution specification, "Listing Tags". */
export function listTags(at: Repository): AsyncGenerator<string> {
  const { registry } = at.session
  return names(at, {
    path: `v2/${at.repository}/tags/list`,
    member: 'tags',
    scopes: [pullScope(at.repository)],
    subject: { registry, repository: at.repository, kind: 'tags', target: '' }
  })
}

/** Repositories of a registry. Not in the OCI specification; most registries have it, to some users. */
export function listRepositories(at: Repository): AsyncGenerator<string> {
  const { registry } = at.session
  return names(at, {
    path: 'v2/_catalog',
    member: 'repositories',
    scopes: ['registry:catalog:*'],
    subject: { registry, repository: '', kind: 'registry', target: '' }
  })
}

async function* names(at: Repository, request: ListRequest): AsyncGenerator<string> {
  const seen = new Set<string>()
  let to: string | URL | undefined = request.path
  let count = 0
  while (to !== undefined) {
    const key = to.toString()
    if (seen.has(key) || seen.size >= mostPages) throw endless(at, request)
    seen.add(key)
    const page = await readPage(at, request, to)
    count += page.names.length
    if (count > mostNames) throw endless(at, request)
    yield* page.names
    to = page.next
  }
}

const endless = (at: Repository, { member }: ListRequest): EngineError =>
  new EngineError('unavailable', `the list of ${member} of registry ${at.session.registry} does not end`, {
    subject: { kind: 'registry', name: at.session.registry }
  })

interface Page {
  readonly names: readonly string[]
  readonly next: URL | undefined
}

function readPage(at: Repository, request: ListRequest, to: string | URL): Promise<Page> {
  return withRetries(at.retries, async () => {
    const response = await at.session.send({
      method: 'GET',
      to,
      headers: { accept: 'application/json' },
      accept: [200],
      scopes: request.scopes,
      subject: request.subject,
      signal: at.retries.signal
    })
    const body = await reading(at, () => readBody(response, pageLimits.maxBytes, `the list of ${request.member}`))
    return { names: namesOf(at, request, body), next: nextPage(at.session.registry, response) }
  })
}

// Some registries answer `null` where there are none.
function namesOf(at: Repository, { member }: ListRequest, body: Uint8Array): readonly string[] {
  const document = parsed(at, member, body)
  const list = (document as Readonly<Record<string, unknown>> | null)?.[member] ?? []
  if (Array.isArray(list) && list.every((name) => typeof name === 'string')) return list
  throw notUnderstood(at, member)
}

function parsed(at: Repository, member: string, body: Uint8Array): unknown {
  try {
    return parseJson(body, pageLimits)
  } catch (cause) {
    throw notUnderstood(at, member, cause instanceof SpecError ? `: ${cleanText(cause.message, 100)}` : '')
  }
}

const notUnderstood = (at: Repository, member: string, why = ''): EngineError =>
  new EngineError('corrupt', `registry ${at.session.registry} sent a list of ${member} that is none${why}`, {
    subject: { kind: 'registry', name: at.session.registry }
  })
