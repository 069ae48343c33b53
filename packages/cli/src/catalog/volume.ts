import type { CatalogEntry } from './entry.ts'

export const volumeCommands: readonly CatalogEntry[] = [
  { names: ['volume create'], summary: 'Create a volume', load: () => import('../commands/volume/create.ts') },
  { names: ['volume ls', 'volume list'], summary: 'List volumes', load: () => import('../commands/volume/ls.ts') },
  {
    names: ['volume inspect'],
    summary: 'Print everything known about volumes',
    load: () => import('../commands/volume/inspect.ts')
  },
  { names: ['volume rm', 'volume remove'], summary: 'Remove volumes', load: () => import('../commands/volume/rm.ts') },
  {
    names: ['volume prune'],
    summary: 'Remove volumes that nothing uses',
    load: () => import('../commands/volume/prune.ts')
  },
  {
    names: ['volume exists'],
    summary: 'Exit with 0 if a volume exists, with 1 if not',
    load: () => import('../commands/volume/exists.ts')
  }
]
