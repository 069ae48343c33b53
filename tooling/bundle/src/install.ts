import { lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Links executables into a folder, replacing earlier links but never a file that is not one; returns the links. */
export function installExecutables(executables: readonly string[], folder: string): string[] {
  mkdirSync(folder, { recursive: true })
  return executables.map((target) => {
    const link = join(folder, basename(target))
    const present = lstatSync(link, { throwIfNoEntry: false })
    if (present && !present.isSymbolicLink()) throw new Error(`${link} exists and is not a link; remove it first`)
    rmSync(link, { force: true })
    symlinkSync(target, link)
    return link
  })
}
