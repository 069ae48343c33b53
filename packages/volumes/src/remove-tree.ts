import { readdirSync } from 'node:fs'
import { errorCode, openFlags, type FileName, type Linux } from '@runcible/linux'

type Files = Pick<Linux['fs'], 'openAt' | 'unlinkAt' | 'close' | 'cwd'>

const directory = openFlags(['read', 'directory', 'nofollow'])

/**
 * Removes a file or directory and everything in it, by descriptors: a process that still writes there cannot lead the
 * removal elsewhere with a link. No error when it is not there.
 */
export function removeTree(fs: Files, path: string): void {
  removeIn(fs, fs.cwd, path)
}

function removeIn(fs: Files, parent: number, name: FileName): void {
  let fd: number
  try {
    fd = fs.openAt(parent, name, directory)
  } catch (error) {
    const code = errorCode(error)
    if (code === 'ENOENT') return
    if (code !== 'ENOTDIR' && code !== 'ELOOP') throw error
    ignoreAbsent(() => fs.unlinkAt(parent, name))
    return
  }
  try {
    for (const child of readdirSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' })) removeIn(fs, fd, child)
  } finally {
    fs.close(fd)
  }
  ignoreAbsent(() => fs.unlinkAt(parent, name, { directory: true }))
}

function ignoreAbsent(action: () => void): void {
  try {
    action()
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error
  }
}
