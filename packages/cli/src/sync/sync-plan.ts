import { readdirSync, statSync } from 'node:fs'
import { basename, join, posix, resolve } from 'node:path'
import { EngineError, type Registries, type TransferRequest } from '@runcible/interface'
import { UsageError } from '../usage-error.ts'
import { readSyncFile } from './sync-file.ts'

/** Images that are reached in one way. */
export interface SyncGroup {
  /** With their transports. */
  readonly images: readonly SyncImage[]
  readonly access: TransferRequest
}

export interface SyncImage {
  /** With its transport. */
  readonly source: string
  /** Where it goes below the destination: its whole name at the source. */
  readonly name: string
}

export interface SyncSource {
  readonly kind: 'docker' | 'dir' | 'yaml'
  readonly place: string
  readonly access: TransferRequest
}

type Options = { readonly signal: AbortSignal }

/** Every image that a source stands for. */
export async function syncGroups(
  source: SyncSource,
  registries: Pick<Registries, 'tags'>,
  options: Options
): Promise<readonly SyncGroup[]> {
  const { kind, place, access } = source
  if (kind === 'dir') return [{ images: imagesBelow(place), access }]
  if (kind === 'docker') return [{ images: await imagesOf(registries, place, access, options), access }]
  const groups: SyncGroup[] = []
  for (const { registry, wishes, ...own } of await readSyncFile(place)) {
    const reached = { ...access, ...own.access }
    const images: SyncImage[] = []
    for (const { repository, targets, pattern } of wishes) {
      const name = `${registry}/${repository}`
      const tags = targets.length > 0 ? targets : await tagsOf(registries, name, reached, options)
      images.push(...tags.filter((tag) => pattern?.test(tag) ?? true).map((tag) => registryImage(name, tag)))
    }
    groups.push({ images, access: reached })
  }
  return groups
}

const registryImage = (repository: string, target: string): SyncImage => {
  const name = `${repository}${target.includes(':') ? '@' : ':'}${target}`
  return { source: `docker://${name}`, name }
}

async function imagesOf(
  registries: Pick<Registries, 'tags'>,
  place: string,
  access: TransferRequest,
  options: Options
): Promise<readonly SyncImage[]> {
  const name = place.replace(/^docker:\/\//, '')
  const isOne = name.includes('@') || name.lastIndexOf(':') > name.lastIndexOf('/')
  if (isOne) return [{ source: `docker://${name}`, name }]
  return (await tagsOf(registries, name, access, options)).map((tag) => registryImage(name, tag))
}

async function tagsOf(
  registries: Pick<Registries, 'tags'>,
  name: string,
  { platform: _, signaturePolicy: __, ...access }: TransferRequest,
  options: Options
): Promise<readonly string[]> {
  const { tags } = await registries.tags(name, access, options)
  if (tags.length > 0) return tags
  throw new EngineError('not-found', `${name} has no tags to sync`, { subject: { kind: 'image', name } })
}

/** Every directory at or below `place` that the dir: transport wrote. Links are not followed. */
function imagesBelow(place: string): readonly SyncImage[] {
  const root = resolve(place)
  if (statSync(root, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new EngineError('not-found', `${place}: no such directory`)
  const found: SyncImage[] = []
  const walk = (directory: string): void => {
    const entries = readdirSync(directory, { withFileTypes: true })
    if (entries.some((entry) => entry.name === 'manifest.json' && entry.isFile())) {
      const name = directory === root ? basename(root) : directory.slice(root.length + 1)
      found.push({ source: `dir:${directory}`, name })
      return
    }
    for (const entry of entries) if (entry.isDirectory()) walk(join(directory, entry.name))
  }
  walk(root)
  if (found.length > 0) return found
  throw new EngineError('not-found', `${place} has no images: no directory with a manifest.json`)
}

export interface SyncDestination {
  readonly kind: 'docker' | 'dir'
  readonly place: string
  /** Keeps the whole name of the source, not only its last part. */
  readonly scoped: boolean
  readonly suffix: string
}

/** Where an image goes, with its transport. */
export function syncTarget({ kind, place, scoped, suffix }: SyncDestination, { name }: SyncImage): string {
  const last = scoped ? name : posix.basename(name)
  if (kind === 'dir') return `dir:${join(resolve(place), `${last}${suffix}`)}`
  const tagged = last.includes('@') || last.lastIndexOf(':') > last.lastIndexOf('/') ? last : `${last}:latest`
  if (suffix !== '' && tagged.includes('@')) throw new UsageError(`--append-suffix: ${name} has a digest, not a tag`)
  // A port of the source's registry is no part of a name below another registry.
  return `docker://${posix.join(place.replace(/^docker:\/\//, ''), withoutPort(tagged))}${suffix}`
}

const withoutPort = (name: string): string => {
  const [first = '', ...rest] = name.split('/')
  return rest.length === 0 ? name : [first.replace(/:\d+$/, ''), ...rest].join('/')
}
