import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chooseFiles } from './choose-files.ts'
import { packLayer, type PackedLayer } from './pack-layer.ts'
import { pushLayers } from './push-layers.ts'

/** Unpacked megabytes of each layer: one big one, as images with a tool chain have. */
const layerSizes = [120, 515, 200, 90, 60, 40, 25]

export interface LargeImageRequest {
  readonly registry: string
  /** Keeps the packed layers from one run to the next. */
  readonly cache: string
  /** 1 for the whole 1,050 MB. */
  readonly scale: number
  readonly log: (line: string) => void
  readonly signal: AbortSignal
}

/** Makes an image of this machine's own files, unless an earlier run made it, and uploads it. Returns its name. */
export async function publishLargeImage({ registry, cache, scale, log, signal }: LargeImageRequest): Promise<string> {
  const layers = await packedLayers(join(cache, `large-image-${Math.round(scale * 1000)}`), scale, log, signal)
  const packed = layers.reduce((total, { size }) => total + size, 0)
  log(`image of ${layers.length} layers, ${Math.round(packed / 1e6)} MB packed`)
  return pushLayers(registry, 'bench/large', layers)
}

async function packedLayers(
  directory: string,
  scale: number,
  log: (line: string) => void,
  signal: AbortSignal
): Promise<PackedLayer[]> {
  const index = join(directory, 'layers.json')
  if (existsSync(index)) return JSON.parse(await readFile(index, 'utf8'))
  log('packing an image of files below /usr; kept for later runs')
  await mkdir(directory, { recursive: true })
  const layers: PackedLayer[] = []
  for (const [at, names] of chooseFiles(layerSizes.map((size) => size * 1e6 * scale)).entries()) {
    signal.throwIfAborted()
    layers.push(await packLayer(names, `layer${at}`, join(directory, `layer${at}.tar.gz`)))
  }
  await writeFile(index, JSON.stringify(layers, undefined, 2))
  return layers
}
