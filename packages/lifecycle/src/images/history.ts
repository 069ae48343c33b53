import type { CallOptions, Image, ImageHistoryStep } from '@runcible/interface'
import { chainIds, layerCompression } from '@runcible/oci-spec'
import type { Parts } from '../settings.ts'
import { beginsWith, configReader, hasPrefix } from './lineage.ts'

/** How an image came to be, the newest step first, with the images here that earlier steps ended with. */
export async function imageHistory(
  { images, snapshotter }: Pick<Parts, 'images' | 'snapshotter'>,
  name: string,
  options: CallOptions = {}
): Promise<readonly ImageHistoryStep[]> {
  const image = await images.resolve(name, options)
  const { history = [] } = image.imageConfig
  const others = (await images.list(options)).filter(({ diffIds }) => hasPrefix(image.diffIds, diffIds))
  const config = configReader(images)
  const sizes = await Promise.all(image.layers.map((_, at) => layerSize(snapshotter, image, at, options)))
  const steps: ImageHistoryStep[] = []
  let layers = 0
  for (const [at, step] of history.entries()) {
    const size = step.empty_layer === true ? 0 : (sizes[layers++] ?? 0)
    const here = at === history.length - 1 ? image : await endingWith(at + 1, layers)
    steps.push({
      id: here?.id,
      tags: here?.names ?? [],
      ...(step.created === undefined ? {} : { created: step.created }),
      createdBy: step.created_by ?? '',
      ...(step.author === undefined ? {} : { author: step.author }),
      comment: step.comment ?? '',
      size
    })
  }
  return steps.toReversed()

  async function endingWith(count: number, layerCount: number): Promise<Image | undefined> {
    for (const other of others) {
      if (other.diffIds.length !== layerCount) continue
      const steps = (await config(other.id))?.history ?? []
      if (steps.length === count && beginsWith(history, steps)) return other
    }
    return undefined
  }
}

/** Bytes of a layer's tar where that is known, else what it takes on the disk. */
export async function layerSize(
  snapshotter: Parts['snapshotter'],
  image: Image,
  at: number,
  options: CallOptions
): Promise<number> {
  const known = image.layerSizes?.[at]
  if (known !== undefined) return known
  const layer = image.layers[at]
  if (layer !== undefined && layerCompression(layer.mediaType) === 'none') return layer.size
  if (image.layers.length === 1) return image.size
  const chain = chainIds(image.diffIds)[at]
  return chain === undefined ? 0 : (await snapshotter.usage(chain, options)).size
}
