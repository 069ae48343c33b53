import { type CallOptions, EngineError } from '@runcible/interface'
import { createDigester, type Digest, type JsonObject, jsonLimits, parseJson } from '@runcible/oci-spec'
import { normalizeReference } from '../reference.ts'
import { compressionOf, decompressed } from './compression.ts'
import type { ArchivedImage } from './docker-archive.ts'
import { type FileTree, readSmall, type ReadRange } from './files/file-tree.ts'
import { understood } from './understood.ts'

/** Images of an archive that Docker wrote before 1.10, and the configs that are made for them: member → bytes. */
export interface LegacyImages {
  readonly images: readonly ArchivedImage[]
  readonly configs: ReadonlyMap<string, Buffer>
}

const layerId = /^[0-9a-f]{64}$/
const mostLayers = 500

/**
 * Reads `repositories` (name → tag → id of the topmost layer) and each layer's `ID/json`, which names the one below and
 * says what a container of it runs. Docker image specification 1.0.
 */
export async function readLegacyImages(tree: FileTree, place: string, options: CallOptions): Promise<LegacyImages> {
  const limits = { limit: jsonLimits.manifest.maxBytes, place, signal: options.signal }
  const bytes = await readSmall(tree, 'repositories', limits)
  const names = new Map<string, string[]>()
  for (const [repository, tags] of Object.entries(objectOf(place, bytes))) {
    for (const [tag, id] of Object.entries((tags ?? {}) as JsonObject)) {
      if (typeof id !== 'string' || !layerId.test(id)) throw broken(place, 'repositories names no layer by its id')
      names.set(id, [...(names.get(id) ?? []), `${repository}:${tag}`])
    }
  }
  const configs = new Map<string, Buffer>()
  const images: ArchivedImage[] = []
  for (const [top, own] of names) {
    const chain = await readChain(tree, place, top, options)
    const layers = chain.map(({ id }) => `${id}/layer.tar`)
    const config = `${top}/runcible-config.json`
    configs.set(config, await makeConfig(tree, place, chain, options))
    images.push({ config, names: own.map((name) => normalizeReference(name)), layers })
  }
  return { images, configs }
}

interface LegacyLayer {
  readonly id: string
  readonly document: JsonObject
}

/** Lowest first. */
async function readChain(
  tree: FileTree,
  place: string,
  top: string,
  { signal }: CallOptions
): Promise<readonly LegacyLayer[]> {
  const chain: LegacyLayer[] = []
  for (let id: unknown = top; id !== undefined && id !== ''; id = chain[0]?.document['parent']) {
    if (typeof id !== 'string' || !layerId.test(id)) throw broken(place, 'a layer names no parent by its id')
    if (chain.length === mostLayers) throw broken(place, `more than ${mostLayers} layers, or layers in a circle`)
    const bytes = await readSmall(tree, `${id}/json`, { limit: jsonLimits.config.maxBytes, place, signal })
    chain.unshift({ id, document: objectOf(place, bytes) })
  }
  return chain
}

/** The config that Docker itself makes of such an image. */
async function makeConfig(
  tree: FileTree,
  place: string,
  chain: readonly LegacyLayer[],
  options: CallOptions
): Promise<Buffer> {
  const top = chain.at(-1)?.document ?? {}
  const diffIds: Digest[] = []
  for (const { id } of chain) diffIds.push(await diffIdOf(tree, place, `${id}/layer.tar`, options))
  const kept = ['created', 'author', 'architecture', 'os', 'config'].filter((key) => top[key] !== undefined)
  const document = {
    ...Object.fromEntries(kept.map((key) => [key, top[key]])),
    rootfs: { type: 'layers', diff_ids: diffIds },
    history: chain.map(({ document: layer }) => historyOf(layer))
  }
  return Buffer.from(JSON.stringify(document))
}

function historyOf(layer: JsonObject): object {
  const { created, author, comment, container_config: container } = layer
  const command = (container as JsonObject | null | undefined)?.['Cmd']
  return {
    ...(typeof created === 'string' ? { created } : {}),
    ...(typeof author === 'string' && author !== '' ? { author } : {}),
    ...(Array.isArray(command) ? { created_by: command.join(' ') } : {}),
    ...(typeof comment === 'string' && comment !== '' ? { comment } : {})
  }
}

async function diffIdOf(tree: FileTree, place: string, path: string, { signal }: CallOptions): Promise<Digest> {
  if ((await tree.size(path)) === undefined) throw broken(place, `the layer ${path} is missing`)
  const start: Uint8Array[] = []
  for await (const chunk of tree.stream(path, { length: 16 })) start.push(chunk)
  const digester = createDigester()
  const bytes = decompressed(tree.stream(path, { signal }), compressionOf(Buffer.concat(start)), path)
  for await (const chunk of bytes) digester.update(chunk)
  return digester.digest()
}

function objectOf(place: string, bytes: Buffer): JsonObject {
  const value = understood(place, () => parseJson(bytes, jsonLimits.config))
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject
  throw broken(place, 'a document of it is no object')
}

const broken = (place: string, what: string): EngineError =>
  new EngineError('corrupt', `${place} is a broken archive of images: ${what}`, {
    subject: { kind: 'image', name: place }
  })

/** A tree with a few more files. */
export function withFiles<T extends FileTree>(tree: T, files: () => ReadonlyMap<string, Buffer>): T {
  return {
    ...tree,
    size: async (path: string) => files().get(path)?.length ?? (await tree.size(path)),
    async *stream(path: string, range: ReadRange = {}) {
      const bytes = files().get(path)
      if (bytes === undefined) yield* tree.stream(path, range)
      else yield bytes.subarray(range.offset ?? 0, (range.offset ?? 0) + (range.length ?? bytes.length))
    }
  }
}
