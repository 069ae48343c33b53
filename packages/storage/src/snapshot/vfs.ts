import type { Factory } from '@runcible/interface'
import { createLinux, type Linux } from '@runcible/linux'
import { chmodSync, mkdirSync } from 'node:fs'
import { copyTree } from './copy-tree.ts'
import { localSnapshotter, type LocalSnapshotter } from './snapshotter.ts'
import { filesIn } from './usage.ts'

export interface VfsSnapshotterInit {
  /** Directory of the snapshots; made with mode 0700. */
  readonly root: string
  /** By default the real kernel. */
  readonly linux?: Pick<Linux, 'lock' | 'fs'>
  /** Further mount options. Default `nodev`. */
  readonly mountOptions?: readonly string[]
}

/** Snapshots as whole copies: works on every file system, slow and large (less so where files can share blocks). */
export const vfsSnapshotter =
  ({ root, linux = createLinux(), mountOptions = ['nodev'] }: VfsSnapshotterInit): Factory<never, LocalSnapshotter> =>
  () =>
    localSnapshotter(root, linux, {
      name: 'vfs',
      form: 'copies',
      make: async (directory, { lowers: [parent] }, layerOf, { signal }) => {
        mkdirSync(filesIn(directory))
        chmodSync(filesIn(directory), 0o755)
        if (parent !== undefined) await copyTree(linux.fs, filesIn(layerOf(parent)), filesIn(directory), signal)
      },
      mounts: ({ kind, id }, layerOf) => [
        {
          type: 'bind',
          source: filesIn(layerOf(id)),
          options: ['rbind', kind === 'active' ? 'rw' : 'ro', ...mountOptions]
        }
      ]
    })
