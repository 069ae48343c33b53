import { readdirSync } from 'node:fs'
import { errorCode } from './errno.ts'
import type { FileCalls } from './files.ts'
import type { FileName } from './name.ts'
import { openFlags } from './open-flags.ts'

type Calls = Pick<FileCalls, 'openAt' | 'unlinkAt' | 'renameAt' | 'close'>

const DIRECTORY = openFlags(['read', 'directory', 'nofollow'])
/** Directories that are open at a time. A program can nest them deeper than any path or stack goes. */
const DEEPEST = 64

const unlessAbsent = (action: () => void): void => {
  try {
    action()
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
}

/** False when it is a directory, which stays. */
const unlinked = (fs: Calls, parent: number, name: FileName): boolean => {
  try {
    unlessAbsent(() => fs.unlinkAt(parent, name))
    return true
  } catch (error) {
    if (errorCode(error) !== 'EISDIR') throw error
    return false
  }
}

/** Moves a directory up, under the first name that is free. Returns the number that comes after. */
const lift = (fs: Calls, from: number, name: FileName, top: number, first: number): number => {
  for (let number = first; ; number++) {
    try {
      unlessAbsent(() => fs.renameAt(from, name, top, `lifted-${number}`, 'noReplace'))
      return number + 1
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error
    }
  }
}

/**
 * Removes whatever has this name in an open directory, by descriptors and however deep: a process that still writes
 * there cannot lead the removal elsewhere with a link. No error when it is not there.
 */
export const removeTree = (fs: Calls, parent: number, name: FileName): void => {
  const inside = (directory: number, child: FileName, use: (fd: number) => void): void => {
    const fd = fs.openAt(directory, child, DIRECTORY)
    try {
      use(fd)
    } finally {
      fs.close(fd)
    }
    unlessAbsent(() => fs.unlinkAt(directory, child, { directory: true }))
  }
  if (unlinked(fs, parent, name)) return
  inside(parent, name, (top) => {
    let lifted = 0
    const empty = (directory: number, depth: number): void => {
      for (const child of readdirSync(`/proc/self/fd/${directory}`, { encoding: 'buffer' })) {
        if (unlinked(fs, directory, child)) continue
        if (depth === DEEPEST) lifted = lift(fs, directory, child, top, lifted)
        else inside(directory, child, (fd) => empty(fd, depth + 1))
      }
    }
    for (let before = -1; before !== lifted;) {
      before = lifted
      empty(top, 1)
    }
  })
}
