import { errorCode, openFlags, pathBelow, type FileCalls, type FileStatus } from '@runcible/linux'
import { closeSync, readSync } from 'node:fs'
import { readXattrs } from './attributes.ts'
import { openDirectory } from './pack-entries.ts'
import { namesLeftIn } from './names-in.ts'
import { fileName } from './tar-entry.ts'
import { join } from './tree-path.ts'

const READ = openFlags(['read', 'nofollow', 'nonblock'])
const COMPARE_SIZE = 64 * 1024

export const statusOf = (fs: FileCalls, directory: number, name: string): FileStatus | undefined => {
  try {
    return fs.statAt(directory, fileName(name))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

const sameBytes = (a: number, b: number): boolean => {
  const [left, right] = [Buffer.allocUnsafe(COMPARE_SIZE), Buffer.allocUnsafe(COMPARE_SIZE)]
  for (;;) {
    const size = readSync(a, left, 0, COMPARE_SIZE, null)
    if (size !== readSync(b, right, 0, COMPARE_SIZE, null)) return false
    if (size === 0) return true
    if (!left.subarray(0, size).equals(right.subarray(0, size))) return false
  }
}

const sameContent = (fs: FileCalls, before: number, after: number, name: string): boolean => {
  const a = fs.openAt(before, fileName(name), READ)
  try {
    const b = fs.openAt(after, fileName(name), READ)
    try {
      return sameBytes(a, b)
    } finally {
      closeSync(b)
    }
  } finally {
    closeSync(a)
  }
}

const sameXattrs = (fs: FileCalls, before: number, after: number, name: string): boolean => {
  const of = (directory: number) =>
    JSON.stringify(
      [...(readXattrs(fs, pathBelow(directory, fileName(name))) ?? [])].map(([key, value]) => [
        key,
        value.toString('hex')
      ])
    )
  return of(before) === of(after)
}

/** Two states of one name; `undefined` where there is nothing. */
export interface TwoStates {
  readonly fs: FileCalls
  /** Open directories. */
  readonly before: number
  readonly after: number
  readonly name: string
}

/** What opening or reading a name says when it became something else since it was looked at. */
const gone = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'EINVAL', 'ENXIO', 'ENODATA'])

/**
 * Whether a name is unchanged, itself: what is in a directory does not count. What changes while it is looked at is not.
 */
export const isSame = (states: TwoStates): boolean => {
  try {
    return comparesSame(states)
  } catch (error) {
    if (gone.has(errorCode(error) ?? '')) return false
    throw error
  }
}

const comparesSame = ({ fs, before, after, name }: TwoStates): boolean => {
  const [a, b] = [statusOf(fs, before, name), statusOf(fs, after, name)]
  if (a === undefined || b === undefined || a.type !== b.type) return false
  if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid || a.mtimeNs !== b.mtimeNs) return false
  if (a.special.major !== b.special.major || a.special.minor !== b.special.minor) return false
  if (!sameXattrs(fs, before, after, name)) return false
  if (a.type === 'directory') return true
  if (a.type === 'symlink') return fs.readlinkAt(before, fileName(name)).equals(fs.readlinkAt(after, fileName(name)))
  if (a.size !== b.size) return false
  // A copy made within one tick of the clock has the same time.
  return a.type !== 'file' || sameContent(fs, before, after, name)
}

/** For each path of a file with several names, all of its names in this tree. */
export const hardLinks = (fs: FileCalls, root: number): ReadonlyMap<string, string> => {
  const groups = new Map<string, string[]>()
  const visit = (directory: number, path: string): void => {
    for (const name of namesLeftIn(directory).toSorted()) {
      const status = statusOf(fs, directory, name)
      if (status === undefined) continue
      if (status.type !== 'directory') {
        if (status.nlink < 2) continue
        const id = `${status.device.major}:${status.device.minor}:${status.ino}`
        groups.set(id, [...(groups.get(id) ?? []), join(path, name)])
        continue
      }
      const child = openDirectory(fs, directory, name)
      if (child === undefined) continue
      try {
        visit(child, join(path, name))
      } finally {
        fs.close(child)
      }
    }
  }
  visit(root, '')
  return new Map([...groups.values()].flatMap((names) => names.map((name) => [name, names.join('\0')] as const)))
}
