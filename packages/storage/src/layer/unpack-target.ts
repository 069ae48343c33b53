import type { Mount } from '@runcible/interface'
import { isOverlay, splitLayers, unescapeLayer } from '../mounted-root.ts'
import type { UnpackTarget } from './unpack-session.ts'

const value = (options: readonly string[], key: string): string | undefined =>
  options.find((option) => option.startsWith(`${key}=`))?.slice(key.length + 1)

/** The layer directories of an overlay mount, topmost first: its upper one, if any, before the lower ones. */
export const overlayLayers = (
  mount: Mount
): { readonly upper: string | undefined; readonly lowers: readonly string[] } => {
  const upper = value(mount.options, 'upperdir')
  return {
    upper: upper === undefined ? undefined : unescapeLayer(upper),
    lowers: splitLayers(value(mount.options, 'lowerdir') ?? '')
  }
}

export const isBind = ({ type, options }: Mount): boolean =>
  type === 'bind' || options.includes('bind') || options.includes('rbind')

/**
 * Where to write so that it shows on `mounts`, without mounting anything: the upper directory of an overlay, or the
 * directory that is bound. `undefined` when they must be mounted.
 */
export const unpackTarget = (mounts: readonly Mount[]): UnpackTarget | undefined => {
  const [mount, ...others] = mounts
  if (mount === undefined || others.length > 0 || mount.target !== undefined || mount.options.includes('ro'))
    return undefined
  if (isBind(mount)) return { kind: 'directory', path: mount.source }
  if (!isOverlay(mount.type)) return undefined
  const { upper, lowers } = overlayLayers(mount)
  return upper === undefined ? undefined : { kind: 'overlay', type: mount.type, upper, lowers }
}
