import type { Images, ImageSummary } from '@runcible/interface'
import type { Parts } from '../settings.ts'
import { imageFilter } from './filters.ts'
import { withParents } from './lineage.ts'
import { manifestLists } from './manifest-lists.ts'

/** Images and manifest lists that match, with what they were made from. */
export async function listImages(
  parts: Pick<Parts, 'images' | 'manifests' | 'state'>,
  options: NonNullable<Parameters<Images['list']>[0]> = {}
): Promise<readonly ImageSummary[]> {
  const { images, state } = parts
  const all = [...(await withParents(images, await images.list(options))), ...(await manifestLists(parts))]
  return all.filter(imageFilter(options.filters ?? {}, { all, containers: state.containers.list() }))
}
