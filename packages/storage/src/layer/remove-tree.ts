import { errorCode, type FileCalls } from '@runcible/linux'
import { readdirSync } from 'node:fs'
import { OPEN_DIRECTORY } from './directory-tree.ts'
import { fileName } from './tar-entry.ts'

/** Names in an open directory, as byte strings. */
export const namesIn = (fd: number): string[] =>
  readdirSync(`/proc/self/fd/${fd}`, { encoding: 'buffer' }).map((name) => name.toString('latin1'))

/** Removes whatever has this name in an open directory, without ever following a link. No error when absent. */
export const removeTree = (fs: FileCalls, parent: number, name: string): void => {
  const entry = fileName(name)
  try {
    fs.unlinkAt(parent, entry)
    return
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    if (errorCode(error) !== 'EISDIR') throw error
  }
  const directory = fs.openAt(parent, entry, OPEN_DIRECTORY)
  try {
    for (const child of namesIn(directory)) removeTree(fs, directory, child)
  } finally {
    fs.close(directory)
  }
  fs.unlinkAt(parent, entry, { directory: true })
}
