import type { Mount } from '@runcible/interface'
import { escapeLayer, isOverlay } from '../mounted-root.ts'
import { overlayLayers } from './unpack-target.ts'

/**
 * The same tree read-only. An overlay is mounted without its upper directory as such: that is quicker, writes nothing
 * to it, and may be done while the container is mounted elsewhere.
 */
export const readonlyMount = (mount: Mount): Mount => {
  const rest = mount.options.filter((option) => !/^(?:rw$|ro$|volatile$|upperdir=|workdir=|lowerdir=)/.test(option))
  if (!isOverlay(mount.type)) return { ...mount, options: [...rest, 'ro'] }
  const { upper, lowers } = overlayLayers(mount)
  const layers = upper === undefined ? lowers : [upper, ...lowers]
  return { ...mount, options: [`lowerdir=${layers.map(escapeLayer).join(':')}`, ...rest, 'ro'] }
}
