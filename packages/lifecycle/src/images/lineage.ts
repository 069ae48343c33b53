import type { Image, ImageStore, ImageSummary } from '@runcible/interface'
import type { ImageConfig, ImageHistory } from '@runcible/oci-spec'

type Reader = Pick<ImageStore, 'resolve'>

/** Reads each config once. An image that goes meanwhile has none. */
export function configReader(images: Reader): (id: string) => Promise<ImageConfig | undefined> {
  const read = new Map<string, Promise<ImageConfig | undefined>>()
  return (id) => {
    const known =
      read.get(id) ??
      images.resolve(id).then(
        ({ imageConfig }) => imageConfig,
        () => undefined
      )
    read.set(id, known)
    return known
  }
}

export const hasPrefix = (list: readonly string[], prefix: readonly string[]): boolean =>
  prefix.length <= list.length && prefix.every((item, at) => item === list[at])

/** Whether `history` begins with exactly these steps. */
export function beginsWith(history: readonly ImageHistory[], steps: readonly ImageHistory[]): boolean {
  const text = (step: ImageHistory) =>
    JSON.stringify([step.created, step.created_by, step.author, step.comment, step.empty_layer ?? false])
  return steps.length <= history.length && steps.every((step, at) => text(step) === text(history[at] ?? {}))
}

/**
 * Tells of each image which of the others it was made from: same layers but perhaps the topmost, same history but the
 * last step. Configs are read only where the layers let it be.
 */
export async function withParents(images: Reader, all: readonly Image[]): Promise<readonly ImageSummary[]> {
  const config = configReader(images)
  const byLayers = Map.groupBy(all, ({ diffIds }) => diffIds.join())
  const parents = new Map<string, string>()
  for (const child of all) {
    const candidates = [
      ...(byLayers.get(child.diffIds.join()) ?? []).filter(({ id }) => id !== child.id),
      ...(child.diffIds.length > 1 ? (byLayers.get(child.diffIds.slice(0, -1).join()) ?? []) : [])
    ]
    for (const { id } of candidates) {
      const [own, other] = await Promise.all([config(child.id), config(id)])
      const [steps, fewer] = [own?.history ?? [], other?.history ?? []]
      if (fewer.length === 0 || steps.length !== fewer.length + 1 || !beginsWith(steps, fewer)) continue
      parents.set(child.id, id)
      break
    }
  }
  const withChildren = new Set(parents.values())
  return all.map((image) => ({
    ...image,
    parent: parents.get(image.id),
    intermediate: image.names.length === 0 && withChildren.has(image.id)
  }))
}
