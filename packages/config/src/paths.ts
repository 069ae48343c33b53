import { join, resolve } from 'node:path'
import { EngineError } from '@runcible/interface'
import { homeOf, type Surroundings } from './config-files.ts'

/** Absolute. */
export interface EnginePaths {
  /** What survives a reboot: state, images, volumes, containers. */
  readonly root: string
  /** What does not, on a tmpfs: process ids, sockets, mounted root file systems. */
  readonly runRoot: string
  /** Unix socket of the API. */
  readonly socket: string
}

interface PathFlags {
  readonly root?: string | undefined
  readonly runRoot?: string | undefined
  readonly socket?: string | undefined
}

/** Flags before variables before the user's own places; a relative path is one from the working directory. */
export function enginePaths(surroundings: Surroundings, flags: PathFlags): EnginePaths {
  const { env } = surroundings
  const root = chosen('root', flags.root, env['RUNCIBLE_ROOT']) ?? defaultRoot(surroundings)
  const runRoot = chosen('runroot', flags.runRoot, env['RUNCIBLE_RUNROOT']) ?? defaultRunRoot(surroundings)
  const socket = chosen('socket', flags.socket, env['RUNCIBLE_SOCKET']) ?? join(runRoot, 'runcible.sock')
  if (root === runRoot) {
    throw new EngineError('invalid-argument', `root and runroot are both ${root}`, {
      hint: 'give each a directory of its own'
    })
  }
  return Object.freeze({ root, runRoot, socket })
}

function chosen(name: string, flag: string | undefined, variable: string | undefined): string | undefined {
  const path = flag ?? (variable === '' ? undefined : variable)
  if (path === undefined) return undefined
  if (path === '' || path.includes('\0')) throw new EngineError('invalid-argument', `the path of ${name} is not valid`)
  return resolve(path)
}

function defaultRoot({ env, uid }: Surroundings): string {
  if (uid === 0) return '/var/lib/runcible'
  const data = env['XDG_DATA_HOME']
  if (data !== undefined && data.startsWith('/')) return join(data, 'runcible')
  const home = homeOf({ env, uid })
  if (home !== undefined) return join(home, '.local/share/runcible')
  throw new EngineError('invalid-argument', 'neither HOME nor XDG_DATA_HOME says where to keep containers', {
    hint: 'set HOME, or give --root'
  })
}

function defaultRunRoot({ env, uid }: Surroundings): string {
  if (uid === 0) return '/run/runcible'
  const runtime = env['XDG_RUNTIME_DIR']
  return join(runtime !== undefined && runtime.startsWith('/') ? runtime : `/run/user/${uid}`, 'runcible')
}
