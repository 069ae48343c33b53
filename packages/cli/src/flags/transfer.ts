import { statSync } from 'node:fs'
import { EngineError, type PullPolicy, type RegistryAuth, type TransferRequest } from '@runcible/interface'
import { hostPlatform, normalizePlatform, parsePlatform, type Platform } from '@runcible/oci-spec'
import { parseDuration } from '../parse/time.ts'
import { UsageError } from '../usage-error.ts'
import type { Flag } from './flag.ts'
import type { FlagValues } from './values.ts'

/** What the flags say about how a registry is reached. */
export type RegistryRequest = Omit<TransferRequest, 'platform' | 'signaturePolicy'>

/** Where credentials and certificates are, and whether TLS is demanded. */
export const accessFlags: readonly Flag[] = [
  { name: 'authfile', kind: 'string', value: 'file', help: 'File with credentials, in place of the usual ones' },
  { name: 'cert-dir', kind: 'string', value: 'dir', help: 'Directory with *.crt, *.cert and *.key for the registry' },
  {
    name: 'tls-verify',
    kind: 'bool',
    defaultValue: true,
    help: 'Demand TLS with a valid certificate (default; =false to allow less)'
  }
]

/** Flags of everything that talks to a registry. */
export const registryFlags: readonly Flag[] = [
  { name: 'creds', kind: 'string', value: 'user:password', help: 'Credentials for the registry' },
  ...accessFlags,
  { name: 'retry', kind: 'int', value: 'count', help: 'How often a failed request is repeated' },
  { name: 'retry-delay', kind: 'string', value: 'duration', help: 'Pause before each repetition, such as 2s' }
]

/** As `registryFlags`, in the spelling of skopeo; `prefix` is empty, `src-` or `dest-`. */
export function placeFlags(prefix: '' | 'src-' | 'dest-' = ''): readonly Flag[] {
  const where = prefix === '' ? 'the registry' : prefix === 'src-' ? 'the source' : 'the destination'
  return [
    { name: `${prefix}creds`, kind: 'string', value: 'user:password', help: `Credentials for ${where}` },
    { name: `${prefix}username`, kind: 'string', value: 'user', help: `User name for ${where}` },
    { name: `${prefix}password`, kind: 'string', value: 'password', help: `Password for ${where}` },
    { name: `${prefix}registry-token`, kind: 'string', value: 'token', help: `Bearer token for ${where}` },
    { name: `${prefix}no-creds`, kind: 'bool', help: `Use no credentials for ${where}` },
    { name: `${prefix}authfile`, kind: 'string', value: 'file', help: `File with credentials for ${where}` },
    {
      name: `${prefix}cert-dir`,
      kind: 'string',
      value: 'dir',
      help: `Directory with *.crt, *.cert and *.key for ${where}`
    },
    {
      name: `${prefix}tls-verify`,
      kind: 'bool',
      defaultValue: true,
      help: `Demand TLS with a valid certificate at ${where} (default; =false to allow less)`
    }
  ]
}

/** Where a Docker daemon is, in the spelling of skopeo. */
export const daemonFlag = (prefix: '' | 'src-' | 'dest-' = ''): Flag => ({
  name: `${prefix}daemon-host`,
  kind: 'string',
  value: 'address',
  help: 'Address of the Docker daemon of docker-daemon:, as unix://PATH or https://HOST:PORT; by default DOCKER_HOST'
})

/** @throws UsageError */
export function readDaemon(
  values: FlagValues,
  prefix: '' | 'src-' | 'dest-' = ''
): Pick<TransferRequest, 'daemonHost'> {
  const daemonHost = values.text(`${prefix}daemon-host`)
  if (daemonHost === '') throw new UsageError(`--${prefix}daemon-host must not be empty`)
  return daemonHost === undefined ? {} : { daemonHost }
}

/** skopeo's flags for repetitions. */
export const repetitionFlags: readonly Flag[] = [
  { name: 'retry-times', kind: 'int', value: 'count', help: 'How often a failed request is repeated' },
  { name: 'retry-delay', kind: 'string', value: 'duration', help: 'Pause before each repetition, such as 2s' }
]

export const platformFlags: readonly Flag[] = [
  {
    name: 'platform',
    kind: 'string',
    value: 'os/arch[/variant]',
    help: 'Platform to choose from a multi-platform image'
  },
  { name: 'arch', kind: 'string', value: 'arch', help: 'Architecture to choose' },
  { name: 'os', kind: 'string', value: 'os', help: 'Operating system to choose' },
  { name: 'variant', kind: 'string', value: 'variant', help: 'Variant of the architecture to choose' }
]

/** @throws UsageError; EngineError for an auth file or directory that is not there. */
export function readRegistry(values: FlagValues): RegistryRequest {
  const creds = values.text('creds')
  return {
    ...(creds === undefined ? {} : { auth: parseCredentials(creds, 'creds') }),
    ...readAccess(values),
    ...readRepetitions(values, 'retry')
  }
}

/** @throws UsageError; EngineError for an auth file or directory that is not there. */
export function readAccess(values: FlagValues, prefix = ''): RegistryRequest {
  const authFile = values.text(`${prefix}authfile`)
  const certificateDir = values.text(`${prefix}cert-dir`)
  return {
    ...(values.has(`${prefix}tls-verify`) ? { tlsVerify: values.bool(`${prefix}tls-verify`) } : {}),
    ...(authFile === undefined ? {} : { authFile: requireFile(authFile, `${prefix}authfile`, 'file') }),
    ...(certificateDir === undefined
      ? {}
      : { certificateDir: requireFile(certificateDir, `${prefix}cert-dir`, 'directory') })
  }
}

/** @throws UsageError; EngineError for an auth file or directory that is not there. */
export function readPlace(values: FlagValues, prefix: '' | 'src-' | 'dest-' = ''): RegistryRequest {
  const [creds, username, password, registryToken] = ['creds', 'username', 'password', 'registry-token'].map((name) =>
    values.text(`${prefix}${name}`)
  )
  const anonymous = values.bool(`${prefix}no-creds`)
  if (anonymous && (creds ?? username ?? password ?? registryToken) !== undefined)
    throw new UsageError(`--${prefix}no-creds excludes other credentials`)
  if (creds !== undefined && (username ?? password) !== undefined)
    throw new UsageError(`--${prefix}creds excludes --${prefix}username and --${prefix}password`)
  if ((username === undefined) !== (password === undefined))
    throw new UsageError(`--${prefix}username and --${prefix}password go together`)
  const auth =
    creds !== undefined
      ? parseCredentials(creds, `${prefix}creds`)
      : username !== undefined && password !== undefined
        ? { username, password }
        : undefined
  return {
    ...(auth === undefined ? {} : { auth }),
    ...(anonymous ? { anonymous } : {}),
    ...(registryToken === undefined ? {} : { registryToken }),
    ...readAccess(values, prefix)
  }
}

/** @throws UsageError */
export function readRepetitions(
  values: FlagValues,
  countFlag: 'retry' | 'retry-times'
): Pick<TransferRequest, 'retries' | 'retryDelay'> {
  const retries = values.number(countFlag)
  if (retries !== undefined && retries < 0) throw new UsageError(`--${countFlag} must not be negative`)
  const delay = values.text('retry-delay')
  const nanoseconds = delay === undefined ? undefined : parseDuration(delay)
  if (delay !== undefined && (nanoseconds === undefined || nanoseconds < 0))
    throw new UsageError(`invalid value for --retry-delay: "${delay}" is not a duration like 2s`)
  return {
    ...(retries === undefined ? {} : { retries }),
    ...(nanoseconds === undefined ? {} : { retryDelay: nanoseconds / 1e6 })
  }
}

function parseCredentials(text: string, flag: string): RegistryAuth {
  const colon = text.indexOf(':')
  if (colon <= 0) throw new UsageError(`invalid value for --${flag}: expected user:password`)
  return { username: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** @throws EngineError `not-found` */
export function requireFile(path: string, flag: string, kind: 'file' | 'directory'): string {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found !== undefined && found.isDirectory() === (kind === 'directory')) return path
  const why = found === undefined ? `no such ${kind}` : `not a ${kind}`
  throw new EngineError('not-found', `--${flag} ${path}: ${why}`, { hint: 'check the path' })
}

/** @throws UsageError */
export function readPlatform(values: FlagValues): { readonly platform?: Platform } {
  const [platform, os, architecture, variant] = ['platform', 'os', 'arch', 'variant'].map((name) => values.text(name))
  if (platform === undefined && os === undefined && architecture === undefined && variant === undefined) return {}
  if (platform === undefined) {
    const host = hostPlatform()
    return {
      platform: normalizePlatform({
        os: os ?? host.os,
        architecture: architecture ?? host.architecture,
        ...(variant === undefined ? {} : { variant })
      })
    }
  }
  if (os !== undefined || architecture !== undefined || variant !== undefined)
    throw new UsageError('--platform excludes --os, --arch and --variant')
  try {
    return { platform: parsePlatform(platform) }
  } catch (error) {
    throw new UsageError(`invalid value for --platform: ${(error as Error).message}`)
  }
}

/** @throws UsageError */
export function readPullPolicy(text: string | undefined): PullPolicy | undefined {
  if (text === undefined) return undefined
  const plain = text.toLowerCase()
  if (plain === 'true') return 'always'
  if (plain === 'false') return 'missing'
  if (plain === 'always' || plain === 'missing' || plain === 'never' || plain === 'newer') return plain
  throw new UsageError(`unsupported pull policy "${text}"; use always, missing, never or newer`)
}
