import { closeSync, constants, fstatSync, openSync } from 'node:fs'
import { join } from 'node:path'
import type { FileCalls } from '@runcible/linux'
import { type FileTree, missingFile } from './file-tree.ts'
import { fileError, rangeIn, readFileRange } from './read-file.ts'

let calls: Pick<FileCalls, 'openInRoot'> | undefined
const kernel = async (): Promise<Pick<FileCalls, 'openInRoot'>> =>
  (calls ??= (await import('@runcible/linux')).createLinux().fs)

const absent = new Set(['ENOENT', 'ENOTDIR'])
const directoryFlags = constants.O_RDONLY | constants.O_DIRECTORY
// Opening a FIFO for reading would wait for a writer.
const fileFlags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK

/** The files of a directory. Symbolic links in it are refused, and so is every path that leads out of it. */
export function directoryTree(path: string): FileTree {
  let root: number | undefined
  const open = async (name: string): Promise<number | undefined> => {
    const fs = await kernel()
    try {
      root ??= openSync(path, directoryFlags)
    } catch (error) {
      throw fileError(path, error)
    }
    try {
      return fs.openInRoot(root, name, { flags: fileFlags, resolve: ['beneath', 'no-symlinks'] })
    } catch (error) {
      if (absent.has((error as NodeJS.ErrnoException).code ?? '')) return undefined
      throw fileError(join(path, name), error)
    }
  }
  return {
    async size(name) {
      const fd = await open(name)
      if (fd === undefined) return undefined
      try {
        const status = fstatSync(fd)
        return status.isFile() ? status.size : undefined
      } finally {
        closeSync(fd)
      }
    },
    async *stream(name, range = {}) {
      const fd = await open(name)
      if (fd === undefined) throw missingFile(name, path)
      try {
        const { start, length } = rangeIn(fstatSync(fd).size, range)
        yield* readFileRange(fd, start, length, range)
      } finally {
        closeSync(fd)
      }
    },
    async [Symbol.asyncDispose]() {
      if (root !== undefined) closeSync(root)
      root = undefined
    }
  }
}
