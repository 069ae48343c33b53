import type { ContentStore, Differ, Mount } from '@runcible/interface'
import { mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, lstatSync, type Stats } from 'node:fs'
import { join } from 'node:path'
import { mountTree, unmountTree } from '@runcible/linux'
import {
  fuseOverlayfsSnapshotter,
  layerDiffer,
  localContentStore,
  overlaySnapshotter,
  vfsSnapshotter,
  type LocalSnapshotter
} from '../../src/index.ts'
import { linux, storeLayer, temporary } from '../support.ts'

/** A differ, a snapshotter, and a way to look at what they made. */
export interface World extends AsyncDisposable {
  readonly path: string
  readonly content: ContentStore
  readonly differ: Differ
  readonly snapshots: LocalSnapshotter
  /** Unpacks `tars`, the lowest first; returns the key of the topmost snapshot. */
  stack(tars: readonly Buffer[]): Promise<string>
  /** The tree of a committed snapshot, as a container sees it. */
  look<T>(key: string, use: (root: string) => T | Promise<T>): Promise<T>
  /** Mounts for one more layer above `parent`. */
  active(parent?: string): Promise<{ readonly key: string; readonly mounts: readonly Mount[] }>
}

export const worldKinds = ['overlay', 'metacopy', 'fuse-overlayfs', 'vfs'] as const

const metacopy = (init: Parameters<typeof overlaySnapshotter>[0]) =>
  overlaySnapshotter({ ...init, metadataCopies: true })

const snapshotters = {
  overlay: overlaySnapshotter,
  metacopy,
  'fuse-overlayfs': fuseOverlayfsSnapshotter,
  vfs: vfsSnapshotter
}

export const makeWorld = (kind: (typeof worldKinds)[number], threadFrom = Number.POSITIVE_INFINITY): World => {
  const directory = temporary()
  const path = (part: string) => join(directory.path, part)
  const content = localContentStore({ root: path('content'), linux })({})
  const differ = layerDiffer({ linux, tmp: path('tmp'), threadFrom })({ content })
  const snapshots = snapshotters[kind]({ root: path('snapshots'), linux })({})
  let count = 0
  const active: World['active'] = async (parent) => {
    const key = `active-${count++}`
    return { key, mounts: await snapshots.prepare(key, parent) }
  }
  return {
    path: directory.path,
    content,
    differ,
    snapshots,
    active,
    async stack(tars) {
      let parent: string | undefined
      for (const tar of tars) {
        const { key, mounts } = await active(parent)
        await differ.apply(await storeLayer(content, tar), mounts)
        const name = `layer-${count++}`
        await snapshots.commit(name, key)
        parent = name
      }
      return parent ?? ''
    },
    async look(key, use) {
      const name = `view-${count++}`
      const at = path(name)
      mkdirSync(at)
      mountTree(linux, at, await snapshots.view(name, key))
      try {
        return await use(at)
      } finally {
        unmountTree(linux, at)
        await snapshots.remove(name)
      }
    },
    [Symbol.asyncDispose]: () => directory[Symbol.asyncDispose]()
  }
}

/** Every path below `root` with what it is: enough to tell two trees apart. */
export const treeOf = (root: string): Record<string, string> => {
  const found: Record<string, string> = {}
  const visit = (path: string) => {
    for (const name of readdirSync(join(root, path)).toSorted()) {
      const child = path === '' ? name : `${path}/${name}`
      const status = lstatSync(join(root, child))
      found[child] = describe(join(root, child), status)
      if (status.isDirectory()) visit(child)
    }
  }
  visit('')
  return found
}

const describe = (path: string, status: Stats): string => {
  if (status.isDirectory()) return 'directory'
  if (status.isSymbolicLink()) return `-> ${readlinkSync(path)}`
  if (status.isFile()) return readFileSync(path, 'utf8')
  return `special ${(status.mode & 0o170000).toString(8)} ${status.rdev}`
}

export const modeOf = (path: string): number => statSync(path).mode & 0o7777
