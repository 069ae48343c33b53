import type { CatalogEntry } from './entry.ts'

export const networkCommands: readonly CatalogEntry[] = [
  { names: ['network create'], summary: 'Create a network', load: () => import('../commands/network/create.ts') },
  { names: ['network ls', 'network list'], summary: 'List networks', load: () => import('../commands/network/ls.ts') },
  {
    names: ['network inspect'],
    summary: 'Print everything known about networks',
    load: () => import('../commands/network/inspect.ts')
  },
  {
    names: ['network rm', 'network remove'],
    summary: 'Remove networks',
    load: () => import('../commands/network/rm.ts')
  },
  {
    names: ['network prune'],
    summary: 'Remove networks that nothing uses',
    load: () => import('../commands/network/prune.ts')
  },
  {
    names: ['network exists'],
    summary: 'Exit with 0 if a network exists, with 1 if not',
    load: () => import('../commands/network/exists.ts')
  }
]
