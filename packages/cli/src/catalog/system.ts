import type { CatalogEntry } from './entry.ts'
import { host } from './groups.ts'

export const systemCommands: readonly CatalogEntry[] = [
  {
    names: ['inspect'],
    group: host,
    summary: 'Print everything known about containers, images, volumes or networks',
    load: () => import('../commands/system/inspect.ts')
  },
  {
    names: ['diff'],
    group: host,
    summary: 'Print what is different in the file system of a container or image',
    load: () => import('../commands/system/diff.ts')
  },
  {
    names: ['doctor', 'system doctor'],
    group: host,
    summary: 'Check what this host can do, and say how to mend it',
    load: () => import('../commands/system/doctor.ts')
  },
  {
    names: ['info', 'system info'],
    group: host,
    summary: 'Print facts about this engine and its host',
    load: () => import('../commands/system/info.ts')
  },
  {
    names: ['events', 'system events'],
    group: host,
    summary: 'Print what happens to containers, images, volumes and networks',
    load: () => import('../commands/system/events.ts')
  },
  {
    names: ['system prune'],
    summary: 'Remove everything that is not used',
    load: () => import('../commands/system/prune.ts')
  },
  {
    names: ['system reset'],
    summary: 'Remove everything of this engine',
    load: () => import('../commands/system/reset.ts')
  },
  {
    names: ['system check'],
    summary: 'Find what is damaged in the store, and mend it',
    load: () => import('../commands/system/check.ts')
  },
  {
    names: ['system df'],
    summary: 'Print what images, containers and volumes take on disk',
    load: () => import('../commands/system/df.ts')
  },
  { names: ['version'], group: host, summary: 'Print versions', load: () => import('../commands/system/version.ts') }
]
