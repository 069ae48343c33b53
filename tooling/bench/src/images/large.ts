import { join } from 'node:path'
import { chooseFiles } from './choose-files.ts'
import { packLayer, type PackedLayer } from './pack-layer.ts'
import { type ImageRequest, publishImage, type PublishedImage } from './publish.ts'

/** Unpacked megabytes of each layer: one big one, as images with a tool chain have. */
const layerSizes = [120, 515, 200, 90, 60, 40, 25]

export interface LargeImageRequest extends ImageRequest {
  /** 1 for the whole 1,050 MB. */
  readonly scale: number
}

/** An image of 7 layers, of this machine's own files below /usr. */
export function publishLargeImage(request: LargeImageRequest): Promise<PublishedImage> {
  const { scale, signal } = request
  return publishImage(request, `large-image-${Math.round(scale * 1000)}`, async (directory) => {
    const layers: PackedLayer[] = []
    for (const [at, names] of chooseFiles(layerSizes.map((size) => size * 1e6 * scale)).entries()) {
      signal.throwIfAborted()
      layers.push(await packLayer(names, `layer${at}`, join(directory, `layer${at}.tar.gz`)))
    }
    return layers
  })
}
