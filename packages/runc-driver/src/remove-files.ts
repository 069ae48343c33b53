import { readdirSync, rmdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { TaskFiles } from './task-files.ts'

/**
 * Removes a task's directory. The mount point of the root file system is only ever removed as an empty directory: were
 * anything still mounted there, a recursive removal would destroy it.
 */
export const removeFiles = (files: TaskFiles): void => {
  rmdirIfThere(files.rootfs)
  let names: string[]
  try {
    names = readdirSync(files.directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  for (const name of names) rmSync(join(files.directory, name), { recursive: true, force: true })
  rmdirIfThere(files.directory)
}

const rmdirIfThere = (path: string): void => {
  try {
    rmdirSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
