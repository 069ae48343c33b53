import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EngineError } from '@runcible/interface'

/** What the choice of files depends on. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly uid: number
  readonly systemDirectories: readonly string[]
  /** Where aliases of short names are kept that are made from answers. */
  readonly cacheDirectory?: string | undefined
}

type User = Pick<Surroundings, 'env' | 'uid'>

export function homeOf({ env, uid }: User): string | undefined {
  const home = env['HOME']
  if (home !== undefined && home.startsWith('/')) return home
  return uid === 0 ? '/root' : undefined
}

/** The user's `containers` folder (XDG base directories). */
export function userDirectory(user: User): string | undefined {
  const config = user.env['XDG_CONFIG_HOME']
  if (config !== undefined && config.startsWith('/')) return join(config, 'containers')
  const home = homeOf(user)
  return home === undefined ? undefined : join(home, '.config/containers')
}

/**
 * The files that make up containers.conf, the last one winning (containers.conf(5)). CONTAINERS_CONF stands for all of
 * them, CONTAINERS_CONF_OVERRIDE comes on top.
 */
export function containersConfFiles(surroundings: Surroundings): readonly string[] {
  const { env, uid, systemDirectories } = surroundings
  const only = env['CONTAINERS_CONF']
  const override = env['CONTAINERS_CONF_OVERRIDE']
  const own = uid === 0 ? undefined : userDirectory(surroundings)
  const directories = own === undefined ? systemDirectories : [...systemDirectories, own]
  const usual = () => directories.flatMap((directory) => withDropIns(join(directory, 'containers.conf')))
  return [...(only ? [only] : usual()), ...(override ? [override] : [])]
}

/**
 * The main registries.conf, the user's instead of the system's, and what is dropped in beside both
 * (containers-registries.conf(5) and .d(5)). CONTAINERS_REGISTRIES_CONF names another main file.
 */
export function registriesConfFiles(surroundings: Surroundings): {
  readonly main: readonly string[]
  readonly dropIns: readonly string[]
} {
  const { env, systemDirectories } = surroundings
  const only = env['CONTAINERS_REGISTRIES_CONF'] || env['REGISTRIES_CONFIG_PATH']
  const own = userDirectory(surroundings)
  const system = systemDirectories.at(-1)
  const folders = [system, own].filter((folder) => folder !== undefined)
  return {
    main: only ? [only] : folders.toReversed().map((folder) => join(folder, 'registries.conf')),
    dropIns: folders.flatMap((folder) => dropIns(join(folder, 'registries.conf.d')))
  }
}

/** The storage.conf files, the one that counts first (containers-storage.conf(5)): they are not merged. */
export function storageConfFiles(surroundings: Surroundings): readonly string[] {
  const { env, uid, systemDirectories } = surroundings
  const only = env['CONTAINERS_STORAGE_CONF']
  if (only) return [only]
  const own = uid === 0 ? undefined : userDirectory(surroundings)
  return [...(own === undefined ? [] : [own]), ...systemDirectories.toReversed()].map((each) =>
    join(each, 'storage.conf')
  )
}

const withDropIns = (file: string): readonly string[] => [file, ...dropIns(`${file}.d`)]

function dropIns(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.conf'))
      .sort()
      .map((name) => join(directory, name))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw unreadable(directory, error)
  }
}

export function unreadable(path: string, error: unknown): EngineError {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException
  return new EngineError(
    'permission-denied',
    `cannot read the configuration ${path}: ${code === 'EACCES' ? 'permission denied' : code}`,
    {
      hint: `make it readable, or look at ${dirname(path)}`,
      cause: error
    }
  )
}
