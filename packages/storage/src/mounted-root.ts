import { mountTree, unmountTree, type Linux, type MountEntry } from '@runcible/linux'
import { mkdirSync, mkdtempSync, realpathSync, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { OPEN_DIRECTORY } from './layer/directory-tree.ts'

export type MountLinux = Pick<Linux, 'fs' | 'mount'>

/** A directory mounted for a short time. */
export interface MountedDirectory extends Disposable {
  /** The root, open for as long as this is not disposed. */
  readonly fd: number
}

/**
 * Mounts `entries` in private. A single mount is taken out of the tree at once and lives as long as its descriptor, so
 * that nothing is left behind however this process ends; several stay in the tree until disposal.
 */
export const mountPrivately = (linux: MountLinux, tmp: string, entries: readonly MountEntry[]): MountedDirectory => {
  mkdirSync(tmp, { recursive: true, mode: 0o700 })
  const at = mkdtempSync(join(realpathSync(tmp), 'root-'))
  const release = () => {
    unmountTree(linux, at)
    rmdirSync(at)
  }
  let fd: number | undefined
  try {
    mountTree(linux, at, entries)
    const root = (fd = linux.fs.openAt(linux.fs.cwd, at, OPEN_DIRECTORY))
    const single = entries.length === 1
    if (single) {
      linux.mount.unmount(at, { detach: true })
      rmdirSync(at)
    }
    const dispose = () => {
      linux.fs.close(root)
      if (!single) release()
    }
    return { fd, [Symbol.dispose]: dispose }
  } catch (error) {
    if (fd !== undefined) linux.fs.close(fd)
    release()
    throw error
  }
}

/** The layers `lowers`, topmost first, as one read-only tree. */
export const lowerRoot = (
  linux: MountLinux,
  tmp: string,
  lowers: readonly string[],
  type: OverlayType = 'overlay'
): number => {
  const [only, ...others] = lowers
  if (only !== undefined && others.length === 0) return linux.fs.openAt(linux.fs.cwd, only, OPEN_DIRECTORY)
  const options = ['ro', `lowerdir=${lowers.map(escapeLayer).join(':')}`]
  return mountPrivately(linux, tmp, [{ type, source: 'overlay', options }]).fd
}

/** Who stacks the layers: the kernel, or the program fuse-overlayfs. Both read the same directories. */
export type OverlayType = 'overlay' | 'fuse.overlayfs'

export const isOverlay = (type: string): type is OverlayType => type === 'overlay' || type === 'fuse.overlayfs'

/** A path as overlayfs reads it in its options, alone or among others. */
export const escapeLayer = (path: string): string => path.replaceAll(/[\\:,]/g, '\\$&')

export const unescapeLayer = (path: string): string => path.replaceAll(/\\(.)/g, '$1')

/** The paths of a `lowerdir=` value. */
export const splitLayers = (value: string): string[] => (value.match(/(?:\\.|[^\\:])+/g) ?? []).map(unescapeLayer)
