import { EngineError } from '@runcible/interface'
import { errorCode, openFlags, pathBelow, removeTree, type FileCalls } from '@runcible/linux'
import { closeSync, fchmodSync, fchownSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { toEngineError } from '../errors.ts'
import { dropXattrs, setXattrs } from './attributes.ts'
import { copyUp } from './copy-up.ts'
import { type Directory, directoryTree, OPAQUE, OPAQUE_VALUE } from './directory-tree.ts'
import { directoryTimes } from './directory-times.ts'
import type { LowerTree } from './lower-tree.ts'
import { namesIn } from './names-in.ts'
import { fileName, shownName, type TarEntry } from './tar-entry.ts'
import type { TarHandler } from './tar-reader.ts'
import { baseOf, forbidden, join, memberPath, parentOf } from './tree-path.ts'
import {
  deletingWhiteouts,
  idleWhiteouts,
  isWhiteoutDevice,
  overlayWhiteouts,
  whiteoutOf,
  type WhiteoutTarget
} from './whiteout.ts'

export interface UnpackerInit {
  readonly fs: FileCalls
  /** Open directory that nothing leads out of: links are resolved inside it. */
  readonly rootFd: number
  /** Where members go, below the root. Default the root itself. */
  readonly base?: string
  /**
   * `overlay`: the root is an overlay's upper directory, whiteouts become what overlayfs understands. `delete`: the
   * root shows the layers below, whiteouts delete. `keep`: the archive is no layer, `.wh.` names are names.
   */
  readonly whiteouts: 'overlay' | 'delete' | 'keep'
  /** For `overlay`: what is below. */
  readonly lower?: LowerTree | undefined
  /** Members at most; more is `exhausted`. */
  readonly maxEntries: number
  /** Whether a directory may replace a file and the other way round. */
  readonly replaceTypes: boolean
  readonly owner?: { readonly uid: number; readonly gid: number } | undefined
  /** Directory for a short-lived file. */
  readonly tmp?: string
}

export interface Unpacker extends TarHandler {
  /** Sets the times of directories, after which nothing may be written. */
  finish(): void
  close(): void
}

const CREATE = openFlags(['write', 'create', 'exclusive', 'nofollow'])
const HANDLE = openFlags(['path', 'nofollow'])

interface OpenFile {
  readonly fd: number
  readonly parent: number
  readonly name: string | Buffer
  readonly entry: TarEntry
}

/** Writes the members of an archive below a directory. Synchronous; a failed call leaves a part-written tree. */
export const unpacker = (init: UnpackerInit): Unpacker => {
  const { fs, rootFd, base = '', lower, owner, tmp = tmpdir() } = init
  const times = directoryTimes(tmp)
  const isEmpty = init.whiteouts === 'delete' && namesIn(rootFd).length === 0
  let current: TarEntry | undefined
  const tree = directoryTree({
    fs,
    rootFd,
    lower,
    owner,
    onCopied: (path, time) => times.add(path, time),
    // A directory that a layer does not list is alike each time that the layer is unpacked.
    keepTimes: init.whiteouts === 'delete' && !isEmpty,
    onMade: (path) => {
      if (init.whiteouts !== 'keep' && current !== undefined) times.add(path, current.mtimeNs)
    }
  })
  const whiteouts = whiteoutTarget()
  let entries = 0
  let file: OpenFile | undefined

  function whiteoutTarget(): WhiteoutTarget | undefined {
    if (init.whiteouts === 'keep') return undefined
    if (init.whiteouts === 'overlay') return overlayWhiteouts(fs, tree, lowerNames)
    return isEmpty ? idleWhiteouts(tree) : deletingWhiteouts(fs, tree)
  }
  function lowerNames(path: string): string[] {
    const found = lower?.find(path)
    return found?.type === 'directory' ? namesIn(found.fd) : []
  }
  const uidOf = (entry: TarEntry) => owner?.uid ?? entry.uid
  const gidOf = (entry: TarEntry) => owner?.gid ?? entry.gid

  /** Makes way for a member; returns whether what was there must stay hidden from a new directory. */
  const makeWay = (parent: Directory, name: string, entry: TarEntry): boolean => {
    const status = fs.statAt(parent.fd, fileName(name))
    const path = join(parent.path, name)
    const wasDirectory = status.type === 'directory'
    if (!init.replaceTypes && wasDirectory !== (entry.type === 'directory')) {
      throw forbidden(path, `would replace a ${wasDirectory ? 'directory by a file' : 'file by a directory'}`)
    }
    if (wasDirectory) {
      tree.forget(path)
      removeTree(fs, parent.fd, fileName(name))
    } else fs.unlinkAt(parent.fd, fileName(name))
    return init.whiteouts === 'overlay' && parent.merged
  }
  /** Runs `make`, which creates `name`; when the name is taken, makes way and runs it again. */
  const place = <T>(parent: Directory, name: string, entry: TarEntry, make: () => T): T => {
    try {
      return make()
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
      makeWay(parent, name, entry)
      return make()
    }
  }
  /** Returns whether it was there already. */
  const placeDirectory = (parent: Directory, name: string, entry: TarEntry): boolean => {
    try {
      fs.mkdirAt(parent.fd, fileName(name), 0o755)
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
      if (fs.statAt(parent.fd, fileName(name)).type === 'directory') return true
      const opaque = makeWay(parent, name, entry)
      fs.mkdirAt(parent.fd, fileName(name), 0o755)
      if (!opaque) return false
      tree.setOpaque(join(parent.path, name))
      fs.setXattr(tree.open(join(parent.path, name)).fd, OPAQUE, OPAQUE_VALUE)
    }
    return false
  }
  const setDirectory = (directory: Directory, entry: TarEntry) => {
    fchownSync(directory.fd, uidOf(entry), gidOf(entry))
    fchmodSync(directory.fd, entry.mode)
    if (entry.xattrs !== undefined) setXattrs(fs, directory.fd, entry.xattrs)
    times.add(directory.path, entry.mtimeNs)
  }
  /** Attributes of what cannot be opened: links and special files. */
  const setUnopened = (parent: Directory, name: string | Buffer, entry: TarEntry) => {
    fs.chownAt(parent.fd, name, uidOf(entry), gidOf(entry))
    if (entry.type !== 'symlink') {
      const handle = fs.openAt(parent.fd, name, HANDLE)
      try {
        fs.chmodAt(fs.cwd, `/proc/self/fd/${handle}`, entry.mode)
      } finally {
        fs.close(handle)
      }
    }
    if (entry.xattrs !== undefined) setXattrs(fs, pathBelow(parent.fd, name), entry.xattrs)
    fs.setTimesAt(parent.fd, name, { mtimeNs: entry.mtimeNs })
  }
  const hardlink = (parent: Directory, name: string, entry: TarEntry) => {
    const path = memberPath(entry.linkName)
    if (path === '') throw forbidden(entry.name, 'is a hard link to the root')
    const target = join(base, path)
    const from = tree.openExisting(parentOf(target))
    const fromName = baseOf(target)
    if (from === undefined) throw forbidden(entry.name, `is a hard link to ${shownName(path)}, which does not exist`)
    if (from.path === parent.path && fromName === name) return
    if (`${from.path}/`.startsWith(`${join(parent.path, name)}/`))
      throw forbidden(entry.name, 'is a hard link to a file in the directory that it replaces')
    const status = targetStatus(from, fromName)
    if (status === undefined || isWhiteoutDevice(status)) {
      throw forbidden(entry.name, `is a hard link to ${shownName(path)}, which does not exist`)
    }
    if (status.type === 'directory') throw forbidden(entry.name, 'is a hard link to a directory')
    place(parent, name, entry, () => fs.linkAt(from.fd, fileName(fromName), parent.fd, fileName(name)))
  }
  const targetStatus = (from: Directory, name: string) => {
    try {
      return fs.statAt(from.fd, fileName(name))
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') throw error
    }
    const found = from.merged ? lower?.find(join(from.path, name)) : undefined
    if (found === undefined || found.type === 'directory') return undefined
    copyUp(fs, found, from.fd, fileName(name))
    return fs.statAt(from.fd, fileName(name))
  }
  const special = (parent: Directory, name: string, entry: TarEntry) => {
    const { type, mode, major, minor } = entry
    if (type !== 'character' && type !== 'block' && type !== 'fifo') return
    if (type === 'character' && major === 0 && minor === 0)
      throw forbidden(entry.name, 'is a device 0/0, which no program can use')
    place(parent, name, entry, () => fs.mknodAt(parent.fd, fileName(name), { type, mode, major, minor }))
    setUnopened(parent, fileName(name), entry)
  }
  const member = (entry: TarEntry, path: string) => {
    const full = join(base, path)
    const parent = tree.open(parentOf(full))
    const name = baseOf(full)
    whiteouts?.wrote(join(parent.path, name))
    if (entry.type === 'file') {
      const bytes = fileName(name)
      const fd = place(parent, name, entry, () => fs.openAt(parent.fd, bytes, CREATE, 0o600))
      file = { fd, parent: parent.fd, name: bytes, entry }
    } else if (entry.type === 'directory') {
      const existed = placeDirectory(parent, name, entry)
      const directory = tree.open(join(parent.path, name))
      // A layer says all about a directory, what is copied into one does not.
      if (existed && init.whiteouts !== 'keep') dropXattrs(fs, directory.fd, entry.xattrs)
      setDirectory(directory, entry)
    } else if (entry.type === 'symlink') {
      if (entry.linkName === '') throw forbidden(entry.name, 'is a symbolic link without a target')
      place(parent, name, entry, () => fs.symlinkAt(fileName(entry.linkName), parent.fd, fileName(name)))
      setUnopened(parent, fileName(name), entry)
    } else if (entry.type === 'hardlink') hardlink(parent, name, entry)
    else special(parent, name, entry)
  }
  const begin = (entry: TarEntry) => {
    if (++entries > init.maxEntries)
      throw new EngineError('exhausted', `the archive has more than ${init.maxEntries} members`)
    tree.trim()
    const path = memberPath(entry.name)
    if (path === '') {
      if (entry.type !== 'directory') throw forbidden(entry.name, 'would replace the root')
      if (whiteouts !== undefined) setDirectory(tree.root, entry)
      return
    }
    const whiteout = whiteouts === undefined ? undefined : whiteoutOf(path)
    if (whiteout === undefined) member(entry, path)
    else if (whiteout.kind === 'remove') whiteouts?.remove(whiteout.path)
    else if (whiteout.kind === 'opaque') whiteouts?.opaque(whiteout.path)
  }
  const write = (chunk: Buffer) => {
    if (file === undefined) return
    for (let at = 0; at < chunk.length;) at += writeSync(file.fd, chunk, at, chunk.length - at)
  }
  const endFile = () => {
    if (file === undefined) return
    const { fd, parent, name, entry } = file
    fchownSync(fd, uidOf(entry), gidOf(entry))
    // After the owner: changing that clears set-id bits and capabilities.
    fchmodSync(fd, entry.mode)
    if (entry.xattrs !== undefined) setXattrs(fs, fd, entry.xattrs)
    fs.setTimesAt(parent, name, { mtimeNs: entry.mtimeNs })
    file = undefined
    closeSync(fd)
  }
  const setTimes = () => {
    tree.settle()
    for (const [path, mtimeNs] of times.list()) {
      tree.trim()
      const directory = path === '' ? tree.root : tree.openExisting(path)
      if (directory !== undefined) fs.setTimesAt(directory.fd, '.', { mtimeNs })
    }
  }
  const told =
    <A extends unknown[]>(call: (...args: A) => void) =>
    (...args: A) => {
      try {
        call(...args)
      } catch (error) {
        throw toEngineError(error, `unpacking ${JSON.stringify(shownName(current?.name ?? '').slice(0, 200))}`)
      }
    }
  return {
    entry: told((entry: TarEntry) => {
      current = entry
      begin(entry)
    }),
    data: told(write),
    end: told(endFile),
    finish: told(setTimes),
    close: () => {
      if (file !== undefined) closeSync(file.fd)
      file = undefined
      times.close()
      tree.close()
    }
  }
}
