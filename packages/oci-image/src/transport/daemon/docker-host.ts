import { resolve } from 'node:path'
import { EngineError } from '@runcible/interface'

/** Where a Docker daemon listens, and how it is spoken to. */
export interface DockerHost {
  /** As it was written, for messages. */
  readonly name: string
  /** Scheme and authority of every request; those of a socket have no meaning. */
  readonly origin: string
  readonly socketPath?: string
  /** Directory with `ca.pem`, `cert.pem` and `key.pem`, each of which may be absent. */
  readonly certificateDir?: string
}

type Environment = Readonly<Record<string, string | undefined>>

const usual = 'unix:///var/run/docker.sock'

/**
 * Reads the address of a daemon. One that was asked for is understood as skopeo does: `unix://PATH`, `http://HOST:PORT`
 * in plain text, `tcp://` and `https://` with TLS. Without one Docker's own variables count, where `tcp://` is in plain
 * text unless `DOCKER_TLS_VERIFY` says otherwise.
 *
 * @throws EngineError `invalid-argument`
 */
export function dockerHost(
  asked: string | undefined,
  certificateDir?: string,
  env: Environment = process.env
): DockerHost {
  const own = certificateDir === undefined ? {} : { certificateDir: resolve(certificateDir) }
  if (asked !== undefined) return { ...readHost(asked, true), ...own }
  const certificates = env['DOCKER_CERT_PATH'] ?? ''
  const isTls = (env['DOCKER_TLS_VERIFY'] ?? '') !== ''
  const fromEnvironment = isTls && certificates !== '' ? { certificateDir: resolve(certificates) } : {}
  return { ...readHost(env['DOCKER_HOST'] || usual, isTls), ...fromEnvironment, ...own }
}

const schemes = ['http:', 'https:', 'tcp:']

function readHost(text: string, tcpIsTls: boolean): DockerHost {
  if (text.startsWith('unix://')) {
    const path = text.slice('unix://'.length)
    if (!path.startsWith('/') || path.includes('\0')) throw invalid(text, 'the path of the socket must be absolute')
    return { name: text, origin: 'http://docker', socketPath: path }
  }
  const url = URL.parse(text)
  if (url === null || !schemes.includes(url.protocol) || url.host === '')
    throw invalid(text, 'it is neither unix://PATH nor http://, https:// or tcp:// with a host')
  if (url.username !== '' || url.password !== '')
    throw invalid(`${url.protocol}//${url.host}`, 'credentials cannot be given in it')
  const isTls = url.protocol === 'https:' || (url.protocol === 'tcp:' && tcpIsTls)
  const path = url.pathname.replace(/\/+$/, '')
  return { name: `${url.protocol}//${url.host}${path}`, origin: `${isTls ? 'https' : 'http'}://${url.host}${path}` }
}

const invalid = (text: string, why: string): EngineError =>
  new EngineError(
    'invalid-argument',
    `invalid address of a Docker daemon ${JSON.stringify(text.slice(0, 200))}: ${why}`,
    {
      hint: 'write it as unix:///var/run/docker.sock or https://HOST:2376'
    }
  )
