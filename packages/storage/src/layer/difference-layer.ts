import type { CompareRequest, Mount } from '@runcible/interface'
import { isBind, overlayLayers } from './unpack-target.ts'

/** The directories that a mount stacks, topmost first. */
const layersOf = (mounts: readonly Mount[]): readonly string[] | undefined => {
  const [mount, ...others] = mounts
  if (others.length > 0) return undefined
  if (mount === undefined) return []
  if (isBind(mount)) return [mount.source]
  // Both leave marks in the upper directory that only they understand; such mounts are read as trees.
  if (mount.type !== 'overlay' || mount.options.includes('metacopy=on')) return undefined
  const { upper, lowers } = overlayLayers(mount)
  return upper === undefined ? lowers : [upper, ...lowers]
}

/** The top layer of `upper`, when everything else of it is exactly `lower`: it alone is the difference. */
export const differenceLayer = ({ lower, upper }: Pick<CompareRequest, 'lower' | 'upper'>): string | undefined => {
  const before = layersOf(lower)
  const [top, ...rest] = layersOf(upper) ?? []
  if (before === undefined || top === undefined || before.length !== rest.length) return undefined
  // Without a mount the content of a bound directory is all there is.
  return before.every((layer, index) => layer === rest[index]) ? top : undefined
}
