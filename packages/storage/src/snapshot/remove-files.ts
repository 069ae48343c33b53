import { readdirSync, rm, rmdirSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, removeTree, type FileCalls } from '@runcible/linux'

/** By the callback: the promises of files take longer to load than a layer to remove. */
const removeByPath = (path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    rm(path, { recursive: true, force: true }, (error) => (error === null ? resolve() : reject(error)))
  })

/** Whether the directory and the few empty ones in it could be removed at once, without waking a thread. */
const removedEmpty = (path: string, depth = 3): boolean => {
  try {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (!entry.isDirectory() || depth === 0 || !removedEmpty(join(path, entry.name), depth - 1)) return false
    }
    rmdirSync(path)
    return true
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
