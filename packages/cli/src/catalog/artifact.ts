import type { CatalogEntry } from './entry.ts'

export const artifactCommands: readonly CatalogEntry[] = [
  {
    names: ['artifact add'],
    summary: 'Make an artifact of files',
    load: () => import('../commands/artifact/add.ts')
  },
  {
    names: ['artifact pull'],
    summary: 'Fetch an artifact from a registry',
    load: () => import('../commands/artifact/pull.ts')
  },
  {
    names: ['artifact push'],
    summary: 'Send an artifact to a registry',
    load: () => import('../commands/artifact/push.ts')
  },
  {
    names: ['artifact ls', 'artifact list'],
    summary: 'List artifacts',
    load: () => import('../commands/artifact/ls.ts')
  },
  {
    names: ['artifact inspect'],
    summary: 'Print everything known about an artifact',
    load: () => import('../commands/artifact/inspect.ts')
  },
  {
    names: ['artifact extract'],
    summary: 'Write the files of an artifact to a directory or file',
    load: () => import('../commands/artifact/extract.ts')
  },
  {
    names: ['artifact rm', 'artifact remove'],
    summary: 'Remove artifacts',
    load: () => import('../commands/artifact/rm.ts')
  },
  {
    names: ['artifact referrers'],
    summary: 'List what refers to an image at its registry',
    load: () => import('../commands/artifact/referrers.ts')
  }
]
