import { join } from 'node:path'
import { EngineError } from '@runcible/interface'
import { userDirectory, type Surroundings } from './config-files.ts'
import { isTable } from './layered-settings.ts'
import type { RegistriesConfig, RegistryMirror, RegistryRule } from './registries.ts'
import { readToml, type TomlTable } from './toml.ts'

interface RegistriesFiles {
  /** The first that exists is read. */
  readonly main: readonly string[]
  readonly dropIns: readonly string[]
}

interface Merged {
  search: readonly string[] | undefined
  readonly aliases: Map<string, string>
  /** By prefix. */
  readonly rules: Map<string, RegistryRule>
}

/** A later file's search list, aliases and rules of the same prefix replace the earlier ones. */
export function readRegistriesConfig(files: RegistriesFiles, surroundings: Surroundings): RegistriesConfig {
  const merged: Merged = { search: undefined, aliases: new Map(), rules: new Map() }
  for (const file of files.main) {
    const content = readToml(file)
    if (content === undefined) continue
    merge(merged, content, file)
    break
  }
  for (const file of files.dropIns) merge(merged, readToml(file) ?? {}, file)
  const own = userDirectory(surroundings)
  return {
    search: merged.search ?? ['docker.io'],
    aliases: Object.freeze(Object.fromEntries(merged.aliases)),
    rules: [...merged.rules.values()],
    certificateDirs: [
      ...(own === undefined ? [] : [join(own, 'certs.d')]),
      '/etc/containers/certs.d',
      '/etc/docker/certs.d'
    ]
  }
}

function merge(merged: Merged, content: TomlTable, file: string): void {
  const old = tableOf(content, 'registries', file)
  const search = stringsOf(content, 'unqualified-search-registries', file) ?? oldList(old, 'search', file)
  if (search !== undefined) merged.search = search
  for (const [name, value] of Object.entries(tableOf(content, 'aliases', file) ?? {})) {
    if (typeof value !== 'string') throw wrong(file, `aliases.${name}`, 'must be a string')
    // An empty name takes an alias away.
    if (value === '') merged.aliases.delete(name)
    else merged.aliases.set(name, value)
  }
  for (const rule of [...oldRules(old, file), ...rulesOf(content, file)]) merged.rules.set(rule.prefix, rule)
}

function rulesOf(content: TomlTable, file: string): readonly RegistryRule[] {
  return tablesOf(content, 'registry', file).map((entry) => {
    const location = clean(stringOf(entry, 'location', file, 'registry') ?? '')
    const prefix = clean(stringOf(entry, 'prefix', file, 'registry') ?? location)
    if (prefix === '') throw wrong(file, 'registry', 'needs a prefix or a location')
    const isWildcard = prefix.startsWith('*.')
    if (location === '' && !isWildcard) throw wrong(file, `registry ${prefix}`, 'needs a location')
    if (prefix.includes('*') && !/^\*\.[^*/:]+$/.test(prefix))
      throw wrong(file, `registry ${prefix}`, 'may have a wildcard only as "*.host"')
    const byDigestOnly = booleanOf(entry, 'mirror-by-digest-only', file) ?? false
    return {
      prefix,
      location,
      insecure: booleanOf(entry, 'insecure', file) ?? false,
      blocked: booleanOf(entry, 'blocked', file) ?? false,
      mirrors: tablesOf(entry, 'mirror', file).map((mirror) => mirrorOf(mirror, file, byDigestOnly))
    }
  })
}

function mirrorOf(entry: TomlTable, file: string, byDigestOnly: boolean): RegistryMirror {
  const location = clean(stringOf(entry, 'location', file, 'registry.mirror') ?? '')
  if (location === '') throw wrong(file, 'registry.mirror', 'needs a location')
  const pullFrom =
    stringOf(entry, 'pull-from-mirror', file, 'registry.mirror') || (byDigestOnly ? 'digest-only' : 'all')
  if (pullFrom !== 'all' && pullFrom !== 'digest-only' && pullFrom !== 'tag-only') {
    throw wrong(file, 'registry.mirror.pull-from-mirror', 'must be all, digest-only or tag-only')
  }
  return { location, insecure: booleanOf(entry, 'insecure', file) ?? false, pullFrom }
}

/** Version 1 of the format: lists of hosts in `registries.search`, `.insecure` and `.block`. */
function oldList(old: TomlTable | undefined, key: string, file: string): readonly string[] | undefined {
  const table = old && tableOf(old, key, file)
  return table && stringsOf(table, 'registries', file)
}

function oldRules(old: TomlTable | undefined, file: string): readonly RegistryRule[] {
  const insecure = oldList(old, 'insecure', file)?.map(clean) ?? []
  const blocked = oldList(old, 'block', file)?.map(clean) ?? []
  return [...new Set([...insecure, ...blocked])].map((host) => ({
    prefix: host,
    location: host,
    insecure: insecure.includes(host),
    blocked: blocked.includes(host),
    mirrors: []
  }))
}

/** As people write it: with a scheme, or with a slash at the end. */
const clean = (place: string) => place.replace(/^https?:\/\//, '').replace(/\/+$/, '')

const wrong = (file: string, key: string, why: string) =>
  new EngineError('invalid-argument', `${file}: ${key} ${why}`, { hint: 'mend the file' })

const own = (table: TomlTable, key: string): unknown => (Object.hasOwn(table, key) ? table[key] : undefined)

function tableOf(table: TomlTable, key: string, file: string): TomlTable | undefined {
  const value = own(table, key)
  if (value !== undefined && !isTable(value)) throw wrong(file, key, 'must be a table')
  return value
}

function tablesOf(table: TomlTable, key: string, file: string): readonly TomlTable[] {
  const value = own(table, key) ?? []
  if (!Array.isArray(value) || !value.every(isTable)) throw wrong(file, key, `must be tables, [[${key}]]`)
  return value
}

function stringsOf(table: TomlTable, key: string, file: string): readonly string[] | undefined {
  const value = own(table, key)
  if (value === undefined) return undefined
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw wrong(file, key, 'must be a list of strings')
  return value
}

function stringOf(table: TomlTable, key: string, file: string, above: string): string | undefined {
  const value = own(table, key)
  if (value !== undefined && typeof value !== 'string') throw wrong(file, `${above}.${key}`, 'must be a string')
  return value
}

function booleanOf(table: TomlTable, key: string, file: string): boolean | undefined {
  const value = own(table, key)
  if (value !== undefined && typeof value !== 'boolean') throw wrong(file, `registry.${key}`, 'must be true or false')
  return value
}
