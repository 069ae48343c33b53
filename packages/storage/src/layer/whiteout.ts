import { errorCode, removeTree, type FileCalls, type FileStatus } from '@runcible/linux'
import { type Directory, type DirectoryTree, OPAQUE, OPAQUE_VALUE } from './directory-tree.ts'
import { namesIn } from './names-in.ts'
import { fileName } from './tar-entry.ts'
import { baseOf, forbidden, join, parentOf } from './tree-path.ts'

/**
 * What a member's name says about the layers below (OCI image specification, "Whiteouts"): `remove` hides one name,
 * `opaque` all of a directory, `ignore` is bookkeeping that AUFS wrote.
 */
export type Whiteout = { readonly kind: 'remove' | 'opaque'; readonly path: string } | { readonly kind: 'ignore' }

const PREFIX = '.wh.'
const META_PREFIX = '.wh..wh.'
const OPAQUE_NAME = '.wh..wh..opq'

/** `undefined` for a name that is an ordinary one. */
export const whiteoutOf = (path: string): Whiteout | undefined => {
  if (!path.includes(PREFIX)) return undefined
  const base = baseOf(path)
  for (const part of path.split('/')) {
    if (!part.startsWith(PREFIX)) continue
    if (part === base && path.endsWith(base) && base === OPAQUE_NAME) continue
    if (part.startsWith(META_PREFIX)) return { kind: 'ignore' }
  }
  const parent = parentOf(path)
  if (parent.split('/').some((part) => part.startsWith(PREFIX))) throw forbidden(path, 'is inside a whiteout')
  if (base === OPAQUE_NAME) return { kind: 'opaque', path: parent }
  if (!base.startsWith(PREFIX)) return undefined
  const name = base.slice(PREFIX.length)
  if (name === '' || name === '.' || name === '..') throw forbidden(path, 'is a whiteout of no file')
  return { kind: 'remove', path: join(parent, name) }
}

export const isWhiteoutDevice = ({ type, special }: FileStatus): boolean =>
  type === 'character' && special.major === 0 && special.minor === 0

/** How whiteouts take effect. */
export interface WhiteoutTarget {
  /** Hides what layers below have at `path`; what this layer has there stays. */
  remove(path: string): void
  /** Hides all that layers below have in the directory `path`. */
  opaque(path: string): void
  /** This layer has something at `path` (free of links). */
  wrote(path: string): void
}

const statusAt = (fs: FileCalls, parent: Directory, name: string): FileStatus | undefined => {
  try {
    return fs.statAt(parent.fd, fileName(name))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** Whiteouts in the upper directory of an overlay: character devices 0/0 and an attribute on directories. */
export const overlayWhiteouts = (
  fs: FileCalls,
  tree: DirectoryTree,
  lowerNames: (path: string) => string[]
): WhiteoutTarget => {
  const hide = (parent: Directory, name: string) =>
    fs.mknodAt(parent.fd, fileName(name), { type: 'character', mode: 0, major: 0, minor: 0 })
  const makeOpaque = (path: string) => {
    const directory = tree.openExisting(path)
    if (directory === undefined || !directory.merged) return
    fs.setXattr(directory.fd, OPAQUE, OPAQUE_VALUE)
    tree.setOpaque(path)
  }
  let last: { readonly path: string; readonly names: ReadonlySet<string> } | undefined
  const isBelow = (parent: string, name: string): boolean => {
    if (last?.path !== parent) last = { path: parent, names: new Set(lowerNames(parent)) }
    return last.names.has(name)
  }
  return {
    remove(path) {
      const parent = tree.openExisting(parentOf(path))
      if (parent === undefined || !parent.merged) return
      const status = statusAt(fs, parent, baseOf(path))
      // Where nothing is below, overlayfs would list the device itself as a name that cannot be looked at.
      if (status === undefined && isBelow(parent.path, baseOf(path))) hide(parent, baseOf(path))
      else if (status === undefined) return
      else if (status.type === 'directory') makeOpaque(join(parent.path, baseOf(path)))
    },
    opaque(path) {
      if (path !== '') return makeOpaque(tree.openExisting(path)?.path ?? path)
      // overlayfs merges its root whatever the attribute says.
      for (const name of lowerNames('')) this.remove(name)
    },
    wrote: () => undefined
  }
}

/** Whiteouts of a layer with none below: they hide nothing, and none of its many names need be remembered. */
export const idleWhiteouts = (tree: DirectoryTree): WhiteoutTarget => ({
  remove: (path) => void tree.openExisting(parentOf(path)),
  opaque: (path) => void tree.openExisting(path),
  wrote: () => undefined
})

/** Whiteouts on a directory that already shows the layers below: what they had is deleted. */
export const deletingWhiteouts = (fs: FileCalls, tree: DirectoryTree): WhiteoutTarget => {
  const written = new Set<string>()
  const removeOthers = (path: string) => {
    const directory = tree.openExisting(path)
    if (directory === undefined) return
    for (const name of namesIn(directory.fd)) remove(directory, name)
  }
  const remove = (parent: Directory, name: string) => {
    const path = join(parent.path, name)
    if (!written.has(path)) {
      tree.forget(path)
      removeTree(fs, parent.fd, fileName(name))
    } else if (statusAt(fs, parent, name)?.type === 'directory') removeOthers(path)
  }
  return {
    remove(path) {
      const parent = tree.openExisting(parentOf(path))
      if (parent !== undefined) remove(parent, baseOf(path))
    },
    opaque: removeOthers,
    wrote(path) {
      for (let at = path; at !== '' && !written.has(at); at = parentOf(at)) written.add(at)
    }
  }
}
