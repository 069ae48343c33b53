import { EngineError } from '@runcible/interface'
import type { HttpResponse } from './transport.ts'

/**
 * The target of `Link: <…>; rel="next"`, RFC 8288. A page is never fetched from another host: the request carries the
 * registry's authorisation.
 */
export function nextPage(registry: string, response: HttpResponse): URL | undefined {
  const from = response.url
  const target = /<([^<>]*)>\s*;[^,]*\brel="?next"?/i.exec((response.header('link') ?? '').slice(0, 8192))?.[1]
  if (target === undefined) return undefined
  const next = URL.canParse(target, from) ? new URL(target, from) : undefined
  // Behind a proxy that ends TLS a registry may take itself to be reached over http.
  if (next !== undefined && next.host === from.host) return sameOrigin(from, next)
  throw new EngineError('unavailable', `registry ${registry} names another host for the next page of a list`, {
    subject: { kind: 'registry', name: registry }
  })
}

// Part by part: as a text, a path that begins with two slashes would be another host.
function sameOrigin(from: URL, { pathname, search }: URL): URL {
  const url = new URL(from)
  url.pathname = pathname
  url.search = search
  return url
}
