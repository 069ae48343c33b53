import {
  type CallOptions,
  EngineError,
  type FoundRepository,
  isEngineError,
  type SearchRequest
} from '@runcible/interface'
import { type OciImageStoreInit, shortNames } from '../init.ts'
import { dockerHub } from '../reference.ts'
import { openWhole } from './access.ts'

const usualLimit = 25

/** In one registry, or side by side in each that short names are looked for in. */
export async function searchImages(
  init: OciImageStoreInit,
  text: string,
  request: SearchRequest = {},
  options: CallOptions = {}
): Promise<readonly FoundRepository[]> {
  const { limit = usualLimit, ...access } = request
  const { registry, term } = parseTerm(text)
  if (registry !== undefined) return await searchOne(init, { registry, term, limit, access }, options)
  const { search } = shortNames(init)()
  if (search.length === 0) {
    throw new EngineError('invalid-argument', `${text} says no registry and none is configured for searching`, {
      hint: `write docker.io/${text}, or set unqualified-search-registries in registries.conf`
    })
  }
  const answers = await Promise.allSettled(
    search.map((one) => searchOne(init, { registry: one, term, limit, access }, options))
  )
  const found = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
  const failures = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []))
  if (failures.length === 0 || found.length > 0) return found
  if (failures.length === 1 || !isEngineError(failures[0])) throw failures[0]
  const messages = failures.map((failure) => (failure as Error).message).join('; ')
  throw new EngineError(failures[0].code, `no registry answered: ${messages}`)
}

/** `quay.io/podman/stable` names a registry; `podman/stable` does not. */
function parseTerm(text: string): { readonly registry: string | undefined; readonly term: string } {
  const slash = text.indexOf('/')
  const first = slash < 0 ? '' : text.slice(0, slash)
  const isRegistry = /[.:]/.test(first) || first === 'localhost'
  return isRegistry ? { registry: first, term: text.slice(slash + 1) } : { registry: undefined, term: text }
}

interface OneSearch {
  readonly registry: string
  readonly term: string
  readonly limit: number
  readonly access: Omit<SearchRequest, 'limit'>
}

async function searchOne(
  init: OciImageStoreInit,
  { registry, term, limit, access }: OneSearch,
  options: CallOptions
): Promise<readonly FoundRepository[]> {
  const isHub = registry === dockerHub || registry === 'index.docker.io'
  // The search of Docker Hub is at its old index, and knows its official images by one word.
  await using client = openWhole(init, isHub ? 'index.docker.io' : registry, access, options)
  const hits = await client.search(isHub ? term.replace(/^library\//, '') : term, limit)
  return hits.map(({ name, ...hit }) => ({
    ...hit,
    registry,
    name: isHub && !name.includes('/') ? `${dockerHub}/library/${name}` : `${registry}/${name}`
  }))
}
