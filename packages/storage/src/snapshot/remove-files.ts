import { lstatSync, readdirSync, rm, rmdirSync, unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { errorCode, removeTree, type FileCalls } from '@runcible/linux'

/** By the callback: the promises of files take longer to load than a layer to remove. */
const removeByPath = (path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    rm(path, { recursive: true, force: true }, (error) => (error === null ? resolve() : reject(error)))
  })

/** An unused layer has its own two directories, those of overlayfs, and empty files that a runtime mounted others on. */
const FEW = 16

/** Whether a directory with nothing but a few empty files and directories in it could be removed without waking a thread. */
const removedEmpty = (path: string): boolean => {
  let left = FEW
  const remove = (entry: string, isDirectory: boolean): boolean => {
    if (left-- === 0) return false
    if (!isDirectory) {
      if (lstatSync(entry).size > 0) return false
      unlinkSync(entry)
      return true
    }
    const inside = readdirSync(entry, { withFileTypes: true })
    if (!inside.every((one) => remove(join(entry, one.name), one.isDirectory()))) return false
    rmdirSync(entry)
    return true
  }
  try {
    return remove(path, true)
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
