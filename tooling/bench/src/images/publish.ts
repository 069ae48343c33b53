import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PackedLayer } from './pack-layer.ts'
import { pushLayers } from './push-layers.ts'

export interface ImageRequest {
  readonly registry: string
  /** Keeps the packed layers from one run to the next. */
  readonly cache: string
  readonly log: (line: string) => void
  readonly signal: AbortSignal
}

export interface PublishedImage {
  /** `host/repository:latest`. */
  readonly name: string
  /** The packed layers. */
  readonly files: readonly string[]
}

/** Uploads an image whose layers `pack` makes in a directory, unless an earlier run made them. */
export async function publishImage(
  { registry, cache, log }: ImageRequest,
  name: string,
  pack: (directory: string) => Promise<readonly PackedLayer[]>
): Promise<PublishedImage> {
  const directory = join(cache, name)
  const layers = await cached(directory, pack, log)
  const size = layers.reduce((total, layer) => total + layer.size, 0)
  log(`image of ${layers.length} layers, ${Math.round(size / 1e6)} MB packed`)
  return { name: await pushLayers(registry, `bench/${name}`, layers), files: layers.map(({ file }) => file) }
}

async function cached(
  directory: string,
  pack: (directory: string) => Promise<readonly PackedLayer[]>,
  log: ImageRequest['log']
): Promise<readonly PackedLayer[]> {
  const index = join(directory, 'layers.json')
  if (existsSync(index)) return JSON.parse(await readFile(index, 'utf8'))
  log('packing an image; kept for later runs')
  await mkdir(directory, { recursive: true })
  const layers = await pack(directory)
  await writeFile(index, JSON.stringify(layers, undefined, 2))
  return layers
}
