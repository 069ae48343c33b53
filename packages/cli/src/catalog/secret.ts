import type { CatalogEntry } from './entry.ts'

export const secretCommands: readonly CatalogEntry[] = [
  {
    names: ['secret create'],
    summary: 'Keep a secret for containers',
    load: () => import('../commands/secret/create.ts')
  },
  { names: ['secret ls', 'secret list'], summary: 'List secrets', load: () => import('../commands/secret/ls.ts') },
  {
    names: ['secret inspect'],
    summary: 'Print everything known about secrets, but not themselves',
    load: () => import('../commands/secret/inspect.ts')
  },
  { names: ['secret rm', 'secret remove'], summary: 'Remove secrets', load: () => import('../commands/secret/rm.ts') },
  {
    names: ['secret exists'],
    summary: 'Exit with 0 if a secret exists, with 1 if not',
    load: () => import('../commands/secret/exists.ts')
  }
]
