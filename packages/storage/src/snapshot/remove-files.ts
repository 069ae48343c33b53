import { readdirSync, rm, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, removeTree, type FileCalls } from '@runcible/linux'

/** By the callback: the promises of files take longer to load than a layer to remove. */
const removeByPath = (path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    rm(path, { recursive: true, force: true }, (error) => (error === null ? resolve() : reject(error)))
  })

/** An unused layer has its own two directories and those of overlayfs. */
const FEW = 8

/** Whether a directory with nothing but a few empty ones in it could be removed at once, without waking a thread. */
const removedEmpty = (path: string): boolean => {
  let left = FEW
  const remove = (directory: string): boolean => {
    if (left-- === 0) return false
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (!entry.isDirectory() || !remove(join(directory, entry.name))) return false
    }
    rmdirSync(directory)
    return true
  }
  try {
    return remove(path)
  } catch {
    // The thorough way says what is wrong.
    return false
  }
}

/** Removes a directory that nobody uses any more, with everything in it. */
export const removeFiles = async (fs: FileCalls, path: string): Promise<void> => {
  if (removedEmpty(path)) return
  try {
    await removeByPath(path)
  } catch (error) {
    // A container can nest directories deeper than a path can say.
    if (errorCode(error) !== 'ENAMETOOLONG') throw error
    removeTree(fs, fs.cwd, path)
  }
}
