import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const top = '/usr'

/** Regular files and links below /usr, in the order of their names, again and again. */
function* files(): Generator<{ readonly path: string; readonly size: number }> {
  while (true) yield* filesBelow(top)
}

function* filesBelow(folder: string): Generator<{ readonly path: string; readonly size: number }> {
  const entries = readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else if (entry.isFile() || entry.isSymbolicLink()) yield { path, size: lstatSync(path).size }
  }
}

/** Shares out the files of this machine: for each size (in bytes) the names that come to about as much, relative to `/`. */
export function chooseFiles(sizes: readonly number[]): string[][] {
  const source = files()
  return sizes.map((wanted) => {
    const names: string[] = []
    let total = 0
    while (total < wanted) {
      const { value, done } = source.next()
      if (done) break
      // One huge file would make the sizes depend on the machine.
      if (value.size > wanted / 8) continue
      names.push(value.path.slice(1))
      total += value.size
    }
    return names
  })
}
