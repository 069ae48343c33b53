import { EngineError, type Factory } from '@runcible/interface'
import { createLinux, type Linux } from '@runcible/linux'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { makeOverlayLayer, overlayMounts, type OverlayMountInit } from './overlay.ts'
import { localSnapshotter, type LocalSnapshotter } from './snapshotter.ts'

export interface FuseOverlayfsSnapshotterInit {
  /** Directory of the snapshots; made with mode 0700. Without a comma, colon or backslash in its path. */
  readonly root: string
  /** By default the real kernel. */
  readonly linux?: Pick<Linux, 'lock' | 'fs'>
  /** Further mount options. Default `nodev`. */
  readonly mountOptions?: readonly string[]
}

const PROGRAM = 'fuse-overlayfs'

const isInstalled = (): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, PROGRAM), constants.X_OK)
      return directory.startsWith('/')
    } catch {
      return false
    }
  })

/** `invalid-argument` for a root that the program cannot be told: it splits its options twice, with two ways to escape. */
const checkRoot = (root: string): void => {
  if (!/[,:\\]/.test(root)) return
  throw new EngineError(
    'invalid-argument',
    `fuse-overlayfs cannot use a directory with one of ",:\\" in its path: ${root}`,
    {
      hint: 'choose another --root, or the overlay storage driver'
    }
  )
}

const checkProgram = (): void => {
  if (isInstalled()) return
  throw new EngineError('unavailable', 'the program fuse-overlayfs, which mounts the layers, is not installed', {
    subject: { kind: 'host', name: PROGRAM },
    hint: 'apt-get install fuse-overlayfs'
  })
}

/**
 * Layers of the same form as `overlaySnapshotter`'s, stacked by the program fuse-overlayfs: for kernels, file systems
 * and users that cannot have a native overlay. Mounts are of the type `fuse.overlayfs`; whoever mounts one leaves a
 * process behind that serves it and ends with the unmounting.
 */
export const fuseOverlayfsSnapshotter =
  ({
    root,
    linux = createLinux(),
    mountOptions = ['nodev']
  }: FuseOverlayfsSnapshotterInit): Factory<never, LocalSnapshotter> =>
  () => {
    checkRoot(root)
    const init: OverlayMountInit = { type: 'fuse.overlayfs', mountOptions }
    return localSnapshotter(root, linux, {
      name: 'fuse-overlayfs',
      form: 'differences',
      make: (directory, snapshot) => {
        checkProgram()
        makeOverlayLayer(directory, snapshot)
      },
      mounts: (snapshot, layerOf) => overlayMounts(init, snapshot, layerOf)
    })
  }
