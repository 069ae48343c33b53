import { errorCode, removeTree, type FileCalls } from '@runcible/linux'
import { rm } from 'node:fs'

/** By the callback: the promises of files take longer to load than an empty layer to remove. */
const removeByPath = (path: string): Promise<void> =>
  new Promise((resolve, reject) => {
    rm(path, { recursive: true, force: true }, (error) => (error === null ? resolve() : reject(error)))
  })

/** Removes a directory that nobody uses any more, with everything in it. */
export const removeFiles = async (fs: FileCalls, path: string): Promise<void> => {
  try {
    await removeByPath(path)
  } catch (error) {
    // A container can nest directories deeper than a path can say.
    if (errorCode(error) !== 'ENAMETOOLONG') throw error
    removeTree(fs, fs.cwd, path)
  }
}
