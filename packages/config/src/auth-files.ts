import { join, resolve } from 'node:path'
import { homeOf, userDirectory, type Surroundings } from './config-files.ts'

/**
 * Where credentials are, in the order to look (containers-auth.json(5)). A file that the user names stands alone.
 */
export function authFiles(surroundings: Surroundings, chosen: string | undefined): readonly string[] {
  const { env, uid } = surroundings
  const only = chosen ?? env['REGISTRY_AUTH_FILE']
  if (only) return Object.freeze([resolve(only)])
  const runtime = env['XDG_RUNTIME_DIR'] || `/run/containers/${uid}`
  const containers = userDirectory(surroundings)
  const home = homeOf(surroundings)
  const docker = env['DOCKER_CONFIG'] || (home === undefined ? undefined : join(home, '.docker'))
  return Object.freeze([
    env['XDG_RUNTIME_DIR'] ? join(runtime, 'containers/auth.json') : join(runtime, 'auth.json'),
    ...(containers === undefined ? [] : [join(containers, 'auth.json')]),
    ...(docker === undefined ? [] : [join(docker, 'config.json')])
  ])
}
