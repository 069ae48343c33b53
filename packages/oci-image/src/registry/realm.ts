import { isIP } from 'node:net'

export interface RealmRequest {
  readonly realm: string
  /** Host and port of the registry that sent the challenge. */
  readonly registry: string
  /** Whether the registry was reached over plain http, as its configuration allows. */
  readonly plainHttp: boolean
  readonly hasCredentials: boolean
  /** Hosts that may also get this registry's credentials. */
  readonly trustedHosts: readonly string[]
}

/**
 * The realm as a URL when a token may be asked for there, otherwise why not. Credentials go to https at the registry's
 * own registrable domain or at a trusted host only; an anonymous request goes to any https host. A registry that is
 * itself spoken to in plain http may name a plain realm on the same host.
 */
export function checkRealm(request: RealmRequest): URL | { readonly refused: string } {
  const url = URL.canParse(request.realm) ? new URL(request.realm) : undefined
  if (url === undefined) return { refused: 'the registry names a token server that is not a URL' }
  if (url.username !== '' || url.password !== '') return { refused: 'the URL of the token server contains credentials' }
  const home = hostName(request.registry)
  const away = bareHost(url.hostname)
  if (url.protocol === 'http:' && request.plainHttp && away === home) return url
  if (url.protocol !== 'https:') return { refused: `the token server ${url.host} is not reached over https` }
  if (!request.hasCredentials || sameSite(home, away) || request.trustedHosts.includes(away)) return url
  return { refused: `the registry sends its credentials to another domain, ${url.host}` }
}

/** The host part of `host[:port]`, lower case, IPv6 without brackets. */
export function hostName(hostAndPort: string): string {
  const bracket = /^\[([^\]]*)\]/.exec(hostAndPort)
  return (bracket?.[1] ?? hostAndPort.replace(/:\d+$/, '')).toLowerCase()
}

const bareHost = (host: string): string => host.replace(/^\[|\]$/g, '').toLowerCase()

function sameSite(one: string, other: string): boolean {
  return one === other || (isIP(one) === 0 && isIP(other) === 0 && registrable(one) === registrable(other))
}

// Second-level labels that registries of countries sell names below. With the list of hosting suffixes this stands in
// for the public suffix list: what is missing here makes the check stricter for no one and laxer only within a suffix
// whose tenants are not told apart.
const secondLevel = new Set(['ac', 'co', 'com', 'edu', 'gob', 'gov', 'mil', 'ne', 'net', 'nom', 'or', 'org'])
const sharedSuffixes = [
  'amazonaws.com',
  'azurecr.io',
  'azurewebsites.net',
  'cloudfront.net',
  'github.io',
  'gitlab.io',
  'herokuapp.com',
  'pkg.dev',
  'run.app',
  'web.app',
  'workers.dev',
  'pages.dev',
  'nip.io',
  'sslip.io'
]

/** The part of a host name that somebody registered: `example.com`, `example.co.uk`. */
export function registrable(host: string): string {
  const shared = sharedSuffixes.find((suffix) => host.endsWith(`.${suffix}`))
  if (shared !== undefined) return host
  const labels = host.split('.')
  const long = labels.length > 2 && labels.at(-1)?.length === 2 && secondLevel.has(labels.at(-2) ?? '')
  return labels.slice(long ? -3 : -2).join('.')
}
