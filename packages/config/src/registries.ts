/** Settings of a registry, or of a part of it. */
export interface RegistryRule {
  /** `host[:port]`, `host[:port]/namespace…`, or `*.host`. */
  readonly prefix: string
  /** What `prefix` is replaced with to find the images; empty for a prefix with a wildcard: nothing is replaced. */
  readonly location: string
  /** Plain http and any certificate are allowed at `location`. */
  readonly insecure: boolean
  /** Nothing may be pulled. */
  readonly blocked: boolean
  /** Tried first, in this order. */
  readonly mirrors: readonly RegistryMirror[]
}

export interface RegistryMirror {
  readonly location: string
  readonly insecure: boolean
  /** Which references it may be asked for. */
  readonly pullFrom: 'all' | 'digest-only' | 'tag-only'
}

/** registries.conf and what is dropped in beside it: containers-registries.conf(5). */
export interface RegistriesConfig {
  /** Registries that a short name is looked for in, in order; Docker Hub alone when no file says any. */
  readonly search: readonly string[]
  /** Short name → name with registry, both without tag. */
  readonly aliases: Readonly<Record<string, string>>
  /** Where aliases go that are made from a person's answers. */
  readonly aliasFile: string
  readonly rules: readonly RegistryRule[]
  /** Whether a short name without an alias may mean one of several registries. */
  readonly shortNameMode: 'enforcing' | 'permissive' | 'disabled'
  /** Where credentials are looked for, in order: `containers-auth.json` for the auth files, or a credential helper's name. */
  readonly credentialHelpers: readonly string[]
  /** Directories with `HOST[:PORT]/*.crt`, containers-certs.d(5). */
  readonly certificateDirs: readonly string[]
}

type Rules = Pick<RegistriesConfig, 'rules'>

/** The rule for an image name (`registry/repository[:tag][@digest]`): that of the longest prefix. */
export function findRegistryRule({ rules }: Rules, name: string): RegistryRule | undefined {
  let best: RegistryRule | undefined
  for (const rule of rules) {
    if (covers(rule.prefix, name) && rule.prefix.length > (best?.prefix.length ?? 0)) best = rule
  }
  return best
}

/**
 * Whether plain http and any certificate are allowed at a place (`host[:port]`, or with a path). A rule for a part of a
 * registry says nothing about the whole of it.
 */
export function isInsecureRegistry({ rules }: Rules, place: string): boolean {
  const allowed = rules.flatMap((rule) => [
    ...(rule.insecure ? [rule.location || rule.prefix] : []),
    ...rule.mirrors.filter((mirror) => mirror.insecure).map((mirror) => mirror.location)
  ])
  return allowed.some((prefix) => covers(prefix, place))
}

function covers(prefix: string, name: string): boolean {
  if (prefix.startsWith('*.')) {
    const [host = ''] = name.split('/')
    return host.replace(/:\d+$/, '').endsWith(prefix.slice(1))
  }
  if (!name.startsWith(prefix)) return false
  const next = name[prefix.length]
  // After a bare host a colon begins its port: another registry.
  return next === undefined || next === '/' || (prefix.includes('/') && (next === ':' || next === '@'))
}
