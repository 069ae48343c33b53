import { resolve } from 'node:path'
import type { ChunkingContext, CodeSplittingGroup } from 'rolldown'

export interface ChunkGroupsInput {
  /** Absolute path of the app; the paths below are relative to it. */
  readonly folder: string
  readonly entry: string
  /** Chunk name → modules that are loaded together, each with everything it imports statically. */
  readonly together: Readonly<Record<string, readonly string[]>>
}

/**
 * Few files for what is loaded together: looking up, reading and checking a file costs about as much as 100 kB more in
 * another. What the entry imports is one chunk, `core`; then each of `together` has what is in none before it.
 */
export function chunkGroups({ folder, entry, together }: ChunkGroupsInput): CodeSplittingGroup {
  let chunks: ReadonlyMap<string, string> | undefined
  const main = resolve(folder, entry)
  return {
    debugName: 'loaded together',
    name(id, graph) {
      chunks ??= assign([['core', [main]], ...absolute(folder, together)], graph)
      return id === main ? null : (chunks.get(id) ?? null)
    }
  }
}

function absolute(folder: string, together: ChunkGroupsInput['together']): [string, string[]][] {
  return Object.entries(together).map(([name, roots]) => [name, roots.map((root) => resolve(folder, root))])
}

/** Module → chunk, the first chunk that reaches it. */
function assign(groups: readonly [string, readonly string[]][], graph: ChunkingContext): ReadonlyMap<string, string> {
  const chunks = new Map<string, string>()
  const visit = (id: string, name: string): void => {
    const module = chunks.has(id) || id.startsWith('node:') ? null : graph.getModuleInfo(id)
    if (module === null) return
    chunks.set(id, name)
    for (const imported of module.importedIds) visit(imported, name)
  }
  for (const [name, roots] of groups) {
    for (const root of roots) {
      if (graph.getModuleInfo(root) === null)
        throw new Error(`${root} belongs to chunk ${name}, but nothing imports it`)
      visit(root, name)
    }
  }
  return chunks
}
