import type { CatalogEntry } from './entry.ts'
import { images } from './groups.ts'

export const registryCommands: readonly CatalogEntry[] = [
  {
    names: ['search', 'image search'],
    group: images,
    summary: 'Look for images in registries',
    load: () => import('../commands/registry/search.ts')
  },
  {
    names: ['login'],
    group: images,
    summary: 'Log in to a registry',
    load: () => import('../commands/registry/login.ts')
  },
  {
    names: ['logout'],
    group: images,
    summary: 'Forget the credentials for a registry',
    load: () => import('../commands/registry/logout.ts')
  }
]
