import { EngineError } from '@runcible/interface'
import { storageConfFiles, type Surroundings } from './config-files.ts'
import { readToml, type TomlTable } from './toml.ts'

export const storageDrivers = ['overlay', 'fuse-overlayfs', 'vfs'] as const

export type StorageDriver = (typeof storageDrivers)[number]

const table = (parent: TomlTable, key: string): TomlTable => {
  const value = parent[key]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as TomlTable) : {}
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

function known(name: string, where: string): StorageDriver {
  const found = storageDrivers.find((each) => each === name)
  if (found !== undefined) return found
  throw new EngineError('invalid-argument', `${where}there is no storage driver ${JSON.stringify(name.slice(0, 80))}`, {
    hint: `use one of ${storageDrivers.join(', ')}, with --storage-driver`
  })
}

/**
 * The driver that was asked for; else that of `driver` in storage.conf, whose `mount_program` says that overlays are
 * fuse-overlayfs's; else overlay. Nothing else of storage.conf is about this engine: it has a root of its own.
 */
export function storageDriver(asked: string | undefined, surroundings: Surroundings): StorageDriver {
  if (asked !== undefined) return known(asked, '')
  for (const file of storageConfFiles(surroundings)) {
    const content = readToml(file)
    if (content === undefined) continue
    const storage = table(content, 'storage')
    const driver = known(text(storage['driver']) ?? 'overlay', `${file}: `)
    const options = table(storage, 'options')
    const program = text(table(options, 'overlay')['mount_program']) ?? text(options['mount_program'])
    return driver === 'overlay' && program?.endsWith('/fuse-overlayfs') === true ? 'fuse-overlayfs' : driver
  }
  return 'overlay'
}
