import type { CatalogEntry } from './entry.ts'

export const manifestCommands: readonly CatalogEntry[] = [
  {
    names: ['manifest create'],
    summary: 'Make a list of images for several platforms',
    load: () => import('../commands/manifest/create.ts')
  },
  {
    names: ['manifest add'],
    summary: 'Add an image, or files as an artifact, to a list',
    load: () => import('../commands/manifest/add.ts')
  },
  {
    names: ['manifest annotate'],
    summary: 'Change what a list says about an image, or about itself',
    load: () => import('../commands/manifest/annotate.ts')
  },
  {
    names: ['manifest inspect'],
    summary: 'Print a list, or the manifest of an image',
    load: () => import('../commands/manifest/inspect.ts')
  },
  {
    names: ['manifest push'],
    summary: 'Send a list and its images to a registry',
    load: () => import('../commands/manifest/push.ts')
  },
  {
    names: ['manifest remove'],
    summary: 'Take an image from a list',
    load: () => import('../commands/manifest/remove.ts')
  },
  {
    names: ['manifest rm'],
    summary: 'Remove lists',
    load: () => import('../commands/manifest/rm.ts')
  },
  {
    names: ['manifest exists'],
    summary: 'Exit with 0 if a list exists, with 1 if not',
    load: () => import('../commands/manifest/exists.ts')
  }
]
