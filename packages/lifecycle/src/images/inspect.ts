import type { CallOptions, ImageDetails } from '@runcible/interface'
import type { Parts } from '../settings.ts'
import { withParents } from './lineage.ts'

/** Everything about one image. */
export async function inspectImage(
  { images, snapshotter }: Pick<Parts, 'images' | 'snapshotter'>,
  name: string,
  options: CallOptions = {}
): Promise<ImageDetails> {
  const image = await images.resolve(name, options)
  await using view = await images.view(image.id, options)
  const { mounts: rootfs, annotations } = view
  const family = await withParents(images, await images.list(options))
  const parent = family.find(({ id }) => id === image.id)?.parent
  return { ...image, parent, annotations, rootfs, snapshotter: snapshotter.name }
}
