import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  futimesSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  type Stats
} from 'node:fs'
import { EngineError } from '@runcible/interface'

const { O_CREAT, O_DIRECTORY, O_EXCL, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants

/** Owner, permissions and time of an entry. */
export interface Attributes {
  readonly mode: number
  readonly owner: { readonly uid: number; readonly gid: number } | undefined
  readonly modified: Date | undefined
}

/**
 * A directory of this host that entries are written below. Every step goes through an open directory and refuses links,
 * so that nothing is written outside, whatever is swapped meanwhile.
 */
export interface HostTree extends Disposable {
  /** An open, empty file; the caller writes and then calls `finish`. */
  createFile(parts: readonly string[]): { readonly fd: number; finish(attributes: Attributes): void }
  makeDirectory(parts: readonly string[], attributes: Attributes): void
  symlink(parts: readonly string[], target: string): void
  hardlink(parts: readonly string[], target: readonly string[]): void
}

/** `overwrite` lets a file take the place of a directory and the other way round. */
export function openHostTree(directory: string, overwrite: boolean): HostTree {
  const root = openSync(directory, O_RDONLY | O_DIRECTORY)
  const later: { readonly parts: readonly string[]; readonly attributes: Attributes }[] = []
  const inParent = <Result>(parts: readonly string[], act: (path: string) => Result): Result =>
    withParent(root, parts, act)
  return {
    createFile(parts) {
      const fd = inParent(parts, (path) => {
        makeRoom(path, parts, overwrite)
        return openSync(path, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o600)
      })
      return { fd, finish: (attributes) => applyAttributes(fd, attributes) }
    },
    makeDirectory(parts, attributes) {
      if (parts.length === 0) return
      const made = inParent(parts, (path) => makeOneDirectory(path, parts, overwrite))
      // At the end, or a read-only directory could not be filled.
      if (made) later.unshift({ parts, attributes })
    },
    symlink(parts, target) {
      inParent(parts, (path) => {
        makeRoom(path, parts, overwrite)
        symlinkSync(target, path)
      })
    },
    hardlink(parts, target) {
      inParent(target, (from) =>
        inParent(parts, (path) => {
          if (lstatSync(from).isDirectory()) throw refused(target, 'is a directory, which cannot be linked to')
          makeRoom(path, parts, overwrite)
          linkSync(from, path)
        })
      )
    },
    [Symbol.dispose]() {
      try {
        for (const { parts, attributes } of later) {
          const fd = inParent(parts, (path) => openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW))
          try {
            applyAttributes(fd, attributes)
          } finally {
            closeSync(fd)
          }
        }
      } finally {
        closeSync(root)
      }
    }
  }
}

/** The path of the last part, below its parent's open descriptor: only that last part is still looked up. */
function withParent<Result>(root: number, parts: readonly string[], act: (path: string) => Result): Result {
  let directory = root
  try {
    parts.slice(0, -1).forEach((part, at) => {
      const next = openDirectory(directory, part, parts.slice(0, at + 1))
      if (directory !== root) closeSync(directory)
      directory = next
    })
    return act(`/proc/self/fd/${directory}/${parts.at(-1)!}`)
  } finally {
    if (directory !== root) closeSync(directory)
  }
}

function openDirectory(directory: number, part: string, parts: readonly string[]): number {
  const path = `/proc/self/fd/${directory}/${part}`
  try {
    return openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ELOOP' || code === 'ENOTDIR')
      throw refused(parts, 'is a link or a file, and nothing is written through it')
    if (code !== 'ENOENT') throw error
    // An archive need not name the directories above its entries.
    mkdirSync(path)
    return openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
  }
}

/** Returns whether the directory is new. */
function makeOneDirectory(path: string, parts: readonly string[], overwrite: boolean): boolean {
  const there = status(path)
  if (there?.isDirectory() === true) return false
  if (there !== undefined) {
    if (!overwrite) throw refused(parts, 'is a file where a directory is copied to; --overwrite replaces it')
    unlinkSync(path)
  }
  mkdirSync(path, 0o700)
  return true
}

function makeRoom(path: string, parts: readonly string[], overwrite: boolean): void {
  const there = status(path)
  if (there === undefined) return
  if (!there.isDirectory()) return unlinkSync(path)
  if (!overwrite) throw refused(parts, 'is a directory where a file is copied to; --overwrite replaces it')
  rmSync(path, { recursive: true })
}

function status(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false })
}

/** Bits that would let a file of a container act as another user of this host are not taken over. */
function applyAttributes(fd: number, { mode, owner, modified }: Attributes): void {
  if (owner !== undefined) fchownSync(fd, owner.uid, owner.gid)
  const kept = fstatSync(fd).isDirectory() ? 0o1777 : 0o777
  fchmodSync(fd, mode & kept)
  if (modified !== undefined) futimesSync(fd, modified, modified)
}

function refused(parts: readonly string[], why: string): EngineError {
  return new EngineError('invalid-argument', `"${parts.join('/')}" ${why}`)
}
