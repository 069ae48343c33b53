import { join } from 'node:path'
import { EngineError } from '@runcible/interface'
import { userDirectory, type Surroundings } from './config-files.ts'
import { generatedAliasesFile } from './short-name-aliases.ts'
import { isTable } from './layered-settings.ts'
import type { RegistriesConfig, RegistryMirror, RegistryRule } from './registries.ts'
import { readToml, type TomlTable } from './toml.ts'

interface RegistriesFiles {
  /** The first that exists is read. */
  readonly main: readonly string[]
  readonly dropIns: readonly string[]
}

type ShortNameMode = RegistriesConfig['shortNameMode']

interface Merged {
  search: readonly string[] | undefined
  shortNameMode: ShortNameMode | undefined
  credentialHelpers: readonly string[] | undefined
  readonly aliases: Map<string, string>
  /** By prefix. */
  readonly rules: Map<string, RegistryRule>
}

/** A later file's search list, aliases and rules of the same prefix replace the earlier ones. */
export function readRegistriesConfig(files: RegistriesFiles, surroundings: Surroundings): RegistriesConfig {
  const merged: Merged = {
    search: undefined,
    shortNameMode: undefined,
    credentialHelpers: undefined,
    aliases: new Map(),
    rules: new Map()
  }
  for (const file of files.main) {
    const content = readToml(file)
    if (content === undefined) continue
    merge(merged, content, file)
    break
  }
  for (const file of files.dropIns) merge(merged, readToml(file) ?? {}, file)
  const aliasFile = generatedAliasesFile(surroundings)
  // What a person chose last counts most.
  mergeAliases(merged, readToml(aliasFile) ?? {}, aliasFile)
  const own = userDirectory(surroundings)
  return {
    search: merged.search ?? ['docker.io'],
    aliasFile,
    aliases: Object.freeze(Object.fromEntries(merged.aliases)),
    rules: [...merged.rules.values()],
    shortNameMode: merged.shortNameMode ?? 'permissive',
    credentialHelpers: merged.credentialHelpers ?? [],
    certificateDirs: [
      ...(own === undefined ? [] : [join(own, 'certs.d')]),
      '/etc/containers/certs.d',
      '/etc/docker/certs.d'
    ]
  }
}

function merge(merged: Merged, content: TomlTable, file: string): void {
  const old = tableOf(content, 'registries', file)
  const current = ['unqualified-search-registries', 'registry', 'short-name-mode', 'credential-helpers', 'aliases']
  const mixed = old === undefined ? undefined : current.find((key) => own(content, key) !== undefined)
  if (mixed !== undefined) throw wrong(file, mixed, 'cannot stand beside the lists of version 1, [registries.search] …')
  const search = stringsOf(content, 'unqualified-search-registries', file) ?? oldList(old, 'search', file)
  if (search !== undefined) merged.search = search
  merged.shortNameMode = shortNameModeOf(content, file) ?? merged.shortNameMode
  merged.credentialHelpers = stringsOf(content, 'credential-helpers', file) ?? merged.credentialHelpers
  mergeAliases(merged, content, file)
  for (const rule of [...oldRules(old, file), ...rulesOf(content, file)]) merged.rules.set(rule.prefix, rule)
}

function mergeAliases(merged: Merged, content: TomlTable, file: string): void {
  for (const [name, value] of Object.entries(tableOf(content, 'aliases', file) ?? {})) {
    if (typeof value !== 'string') throw wrong(file, `aliases.${name}`, 'must be a string')
    checkAlias(file, name, value)
    // An empty name takes an alias away.
    if (value === '') merged.aliases.delete(name)
    else merged.aliases.set(name, value)
  }
}

function shortNameModeOf(content: TomlTable, file: string): ShortNameMode | undefined {
  const mode = own(content, 'short-name-mode') ?? ''
  if (mode === '') return undefined
  if (mode === 'enforcing' || mode === 'permissive' || mode === 'disabled') return mode
  throw wrong(file, 'short-name-mode', 'must be enforcing, permissive or disabled')
}

// Neither side has a tag or digest: that of the name that is looked for is kept.
function checkAlias(file: string, name: string, value: string): void {
  const first = name.split('/')[0] ?? ''
  const isShort = !(name.includes('/') && (/[.:]/.test(first) || first === 'localhost'))
  if (!isShort || /[:@]/.test(name))
    throw wrong(file, `aliases.${name}`, 'must be for a name without registry, tag and digest')
  const path = value.slice(value.indexOf('/'))
  if (value !== '' && (!value.includes('/') || /[:@]/.test(path)))
    throw wrong(file, `aliases.${name}`, 'must be a name with its registry, without tag and digest')
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
    if (own(entry, 'pull-from-mirror') !== undefined)
      throw wrong(file, `registry ${prefix}`, 'may have pull-from-mirror only in its mirrors')
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
  if (byDigestOnly && (own(entry, 'pull-from-mirror') ?? '') !== '')
    throw wrong(file, `registry.mirror ${location}`, 'may not have pull-from-mirror beside mirror-by-digest-only')
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
