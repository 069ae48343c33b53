import { mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Notes of what the kernel may not have written to the disk yet, as empty files below the id of this boot. Those of an
 * earlier boot are left by a crash of the machine, or by a boot that ended soon after: what they name may be damaged.
 */
export interface BootMarks {
  /** Notes that `name`, a file name, is about to become visible. */
  mark(name: string): void
  /** Names that were noted in earlier boots. */
  earlier(): readonly string[]
  /** `name` has been looked at, or is gone: no earlier note of it counts any more. */
  forget(name: string): void
  /** Removes the notes of this boot once the kernel has certainly written all that they name. */
  sweep(): void
}

const readText = (path: string): string => readFileSync(path, 'latin1').trim()

/** Milliseconds after which the kernel has certainly written a file: several times its own limit. */
const settledAfter = (): number => {
  const centiseconds = (name: string) => Number(readText(`/proc/sys/vm/dirty_${name}_centisecs`)) || 3000
  return 4 * 10 * (centiseconds('expire') + centiseconds('writeback'))
}

/** Another process may be done with the directory in the meantime. */
const namesOf = (directory: string): string[] => {
  try {
    return readdirSync(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

const removeEmpty = (directory: string): void => {
  try {
    rmdirSync(directory)
  } catch {
    // Not empty, or gone.
  }
}

export const bootMarks = (root: string): BootMarks => {
  let boot: string | undefined
  const bootId = () => (boot ??= readText('/proc/sys/kernel/random/boot_id'))
  const earlierBoots = () => namesOf(root).filter((name) => name !== bootId())
  const sweep = () => {
    const current = join(root, bootId())
    const last = statSync(current, { throwIfNoEntry: false })?.mtimeMs
    // The time of the directory is that of its youngest note.
    if (last === undefined || last > Date.now() - settledAfter()) return
    for (const name of namesOf(current)) rmSync(join(current, name), { force: true })
  }
  return {
    mark: (name) => {
      sweep()
      mkdirSync(join(root, bootId()), { recursive: true, mode: 0o700 })
      writeFileSync(join(root, bootId(), name), '', { mode: 0o600 })
    },
    earlier: () => [...new Set(earlierBoots().flatMap((name) => namesOf(join(root, name))))],
    forget: (name) => {
      for (const each of earlierBoots()) {
        rmSync(join(root, each, name), { force: true })
        removeEmpty(join(root, each))
      }
    },
    sweep
  }
}
