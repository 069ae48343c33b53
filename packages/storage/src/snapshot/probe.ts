import { parseMountOptions, type Linux } from '@runcible/linux'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { escapeLayer } from '../mounted-root.ts'

/** What the kernel and the file system below `root` can do for snapshots. */
export interface SnapshotterSupport {
  /** Name of the best snapshotter that works here. */
  readonly best: 'overlay' | 'vfs'
  readonly overlay: boolean
  /** Why overlay does not work, as one line. */
  readonly reason: string | undefined
}

const kernelHasOverlay = (): boolean => {
  const listed = readFileSync('/proc/filesystems', 'latin1').includes('\toverlay\n')
  return listed || statSync('/sys/module/overlay', { throwIfNoEntry: false }) !== undefined
}

const tryMount = (linux: Pick<Linux, 'mount' | 'fs'>, root: string): void => {
  mkdirSync(root, { recursive: true, mode: 0o700 })
  const directory = mkdtempSync(join(root, '.probe-'))
  try {
    for (const name of ['lower', 'upper', 'work', 'merged']) mkdirSync(join(directory, name))
    const options = ['lower', 'upper', 'work'].map((name) => `${name}dir=${escapeLayer(join(directory, name))}`)
    const { data } = parseMountOptions(options)
    const target = join(directory, 'merged')
    linux.mount.mount({ type: 'overlay', source: 'overlay', target, data })
    try {
      // Layers are unpacked into upper directories, which takes devices 0/0 and this attribute.
      linux.fs.setXattr(join(directory, 'upper'), 'trusted.overlay.opaque', Buffer.from('y'))
    } finally {
      linux.mount.unmount(target, { detach: true })
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** Tries an overlay mount on the file system of `root`: what the kernel lists may still not work there. */
export const probeSnapshotter = ({
  root,
  linux
}: {
  readonly root: string
  readonly linux: Pick<Linux, 'mount' | 'fs'>
}): SnapshotterSupport => {
  try {
    tryMount(linux, root)
    return { best: 'overlay', overlay: true, reason: undefined }
  } catch (error) {
    const reason = kernelHasOverlay() ? (error as Error).message : 'the kernel has no overlayfs'
    return { best: 'vfs', overlay: false, reason }
  }
}
