import { openFlags, errorCode, type FileCalls } from '@runcible/linux'
import type { LowerTree } from './lower-tree.ts'
import { copyAttributes } from './attributes.ts'
import { fileName } from './tar-entry.ts'
import { baseOf, forbidden, join, parentOf } from './tree-path.ts'

/** An open directory of the tree being written. Good until the next `trim`. */
export interface Directory {
  readonly fd: number
  /** Path from the root, free of links. */
  readonly path: string
  /** Whether names that are absent here may exist in a layer below. */
  readonly merged: boolean
}

/**
 * The directories below one root, opened component by component without ever following a link in the kernel: links are
 * read and walked here, from the root, so that nothing outside is reached whatever the tree contains or becomes.
 */
export interface DirectoryTree {
  readonly root: Directory
  /** The directory at `path`, through links; missing ones are made. */
  open(path: string): Directory
  /** The same without making any; `undefined` when it is not there. */
  openExisting(path: string): Directory | undefined
  /** The directory that was at `path` (free of links) is gone. */
  forget(path: string): void
  /** `path` now hides what layers below have there. */
  setOpaque(path: string): void
  /** Closes directories that were not used lately. */
  trim(): void
  /** Gives back their times to directories that were there before; from here on times stay as they are set. */
  settle(): void
  close(): void
}

export interface DirectoryTreeInit {
  readonly fs: FileCalls
  readonly rootFd: number
  /** What an overlay shows where the tree has nothing; whiteouts in the tree are then character devices. */
  readonly lower: LowerTree | undefined
  /** Told of directories that were made as copies of lower ones. */
  readonly onCopied?: (path: string, mtimeNs: bigint) => void
  /** Told of directories that were made because a path needed them. */
  readonly onMade?: (path: string) => void
  /** Whether writing into a directory that is there leaves its time as it was. */
  readonly keepTimes?: boolean
  /** Owner of directories that are made on the way. */
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
  /** Their permissions; 0755 by default. */
  readonly mode?: number | undefined
}

/** overlayfs: the directory hides what layers below have at its path. */
export const OPAQUE = 'trusted.overlay.opaque'
export const OPAQUE_VALUE = Buffer.from('y')

export const OPEN_DIRECTORY = openFlags(['read', 'directory', 'nofollow'])
const MAX_LINKS = 40
const MAX_OPEN = 192
/** Thrown and caught here only. */
const missing = new Error('no such directory')

interface OpenDirectory extends Directory {
  /** The time that it had before anything was written. */
  readonly mtimeNs?: bigint
}

export const directoryTree = (init: DirectoryTreeInit): DirectoryTree => {
  const { fs, rootFd, lower, onCopied, onMade, owner, mode = 0o755 } = init
  const root: Directory = { fd: rootFd, path: '', merged: lower !== undefined }
  const opaque = new Set<string>()
  // By path free of links, oldest first.
  const cache = new Map<string, OpenDirectory>()
  let linksLeft = MAX_LINKS
  let mayMake = true
  let keepTimes = init.keepTimes === true

  const tryOpen = (parent: Directory, name: string): number | 'absent' | 'other' => {
    try {
      return fs.openAt(parent.fd, fileName(name), OPEN_DIRECTORY)
    } catch (error) {
      const code = errorCode(error)
      if (code === 'ENOENT') return 'absent'
      if (code === 'ENOTDIR' || code === 'ELOOP') return 'other'
      throw error
    }
  }
  const opened = (parent: Directory, name: string, fd: number): Directory => {
    const path = join(parent.path, name)
    return { fd, path, merged: parent.merged && !opaque.has(path) }
  }
  const found = (parent: Directory, name: string, fd: number): OpenDirectory => {
    const directory = opened(parent, name, fd)
    return keepTimes ? { ...directory, mtimeNs: fs.statAt(fd, '.').mtimeNs } : directory
  }
  const giveTimeBack = ({ fd, mtimeNs }: OpenDirectory) => {
    if (keepTimes && mtimeNs !== undefined) fs.setTimesAt(fd, '.', { mtimeNs })
  }
  const make = (parent: Directory, name: string): Directory => {
    fs.mkdirAt(parent.fd, fileName(name), 0o755)
    // Remembered at once, so that it is closed in the end whatever fails from here on.
    const directory = remember(opened(parent, name, fs.openAt(parent.fd, fileName(name), OPEN_DIRECTORY)))
    if (owner !== undefined) fs.chownAt(directory.fd, '.', owner.uid, owner.gid)
    fs.chmodAt(directory.fd, '.', mode)
    return directory
  }
  const throughLink = (parent: Directory, name: string, target: string): Directory => {
    if (linksLeft-- === 0) throw forbidden(join(parent.path, name), 'leads through too many symbolic links')
    let path = target.startsWith('/') ? '' : parent.path
    for (const part of target.split('/')) {
      if (part === '..') path = parentOf(path)
      else if (part !== '' && part !== '.') path = enter(join(path, part)).path
    }
    return enter(path)
  }
  const fromLower = (parent: Directory, name: string): Directory | undefined => {
    const found = parent.merged ? lower?.find(join(parent.path, name)) : undefined
    if (found?.type === 'symlink') return throughLink(parent, name, found.target)
    if (found?.type !== 'directory') return undefined
    const directory = make(parent, name)
    copyAttributes(fs, found.fd, directory.fd)
    onCopied?.(directory.path, found.status.mtimeNs)
    return directory
  }
  const inPlaceOfOther = (parent: Directory, name: string): Directory => {
    const status = fs.statAt(parent.fd, fileName(name))
    if (status.type === 'symlink') {
      return throughLink(parent, name, fs.readlinkAt(parent.fd, fileName(name)).toString('latin1'))
    }
    const isWhiteout =
      lower !== undefined && status.type === 'character' && status.special.major === 0 && status.special.minor === 0
    if (!isWhiteout) throw forbidden(join(parent.path, name), 'is used as a directory but is none')
    if (!mayMake) throw missing
    fs.unlinkAt(parent.fd, fileName(name))
    opaque.add(join(parent.path, name))
    const directory = make(parent, name)
    fs.setXattr(directory.fd, OPAQUE, OPAQUE_VALUE)
    onMade?.(directory.path)
    return directory
  }
  const step = (parent: Directory, name: string): Directory => {
    const fd = tryOpen(parent, name)
    if (typeof fd === 'number') return found(parent, name, fd)
    if (fd === 'other') return inPlaceOfOther(parent, name)
    const copied = fromLower(parent, name)
    if (copied !== undefined) return copied
    if (!mayMake) throw missing
    const made = make(parent, name)
    onMade?.(made.path)
    return made
  }
  const enter = (path: string): Directory => {
    if (path === '') return root
    const cached = cache.get(path)
    if (cached !== undefined) return cached
    return remember(step(enter(parentOf(path)), baseOf(path)))
  }
  /** Keeps one descriptor per directory: a path through a link leads to one that may be open already. */
  const remember = (directory: OpenDirectory): Directory => {
    const known = directory.path === '' ? root : cache.get(directory.path)
    if (known === undefined) cache.set(directory.path, directory)
    else if (known.fd !== directory.fd) fs.close(directory.fd)
    return known ?? directory
  }
  const open = (path: string, making: boolean): Directory => {
    linksLeft = MAX_LINKS
    mayMake = making
    return enter(path)
  }
  const openExisting = (path: string): Directory | undefined => {
    try {
      return open(path, false)
    } catch (error) {
      if (error === missing) return undefined
      throw error
    }
  }
  const forget = (gone: string) => {
    const below = `${gone}/`
    for (const [path, { fd }] of cache) {
      if (path !== gone && !path.startsWith(below)) continue
      fs.close(fd)
      cache.delete(path)
    }
  }
  return {
    root,
    open: (path) => open(path, true),
    openExisting,
    forget,
    setOpaque: (path) => {
      opaque.add(path)
      forget(path)
    },
    trim: () => {
      if (cache.size <= MAX_OPEN) return
      let excess = cache.size - MAX_OPEN / 2
      for (const [path, directory] of cache) {
        if (excess-- <= 0) break
        giveTimeBack(directory)
        fs.close(directory.fd)
        cache.delete(path)
      }
    },
    settle: () => {
      for (const directory of cache.values()) giveTimeBack(directory)
      keepTimes = false
    },
    close: () => {
      for (const { fd } of cache.values()) fs.close(fd)
      cache.clear()
    }
  }
}
