import type { PullPolicy, RegistryAuth, TransferRequest } from '@runcible/interface'
import { hostPlatform, normalizePlatform, parsePlatform, type Platform } from '@runcible/oci-spec'
import { UsageError } from '../usage-error.ts'
import type { Flag } from './flag.ts'
import type { FlagValues } from './values.ts'

/** Flags of everything that talks to a registry. */
export const registryFlags: readonly Flag[] = [
  { name: 'creds', kind: 'string', value: 'user[:password]', help: 'Credentials for the registry' },
  {
    name: 'tls-verify',
    kind: 'bool',
    defaultValue: true,
    help: 'Demand TLS with a valid certificate (default; =false to allow less)'
  }
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

/** @throws UsageError */
export function readRegistry(values: FlagValues): Pick<TransferRequest, 'auth' | 'tlsVerify'> {
  const creds = values.text('creds')
  return {
    ...(creds === undefined ? {} : { auth: parseCredentials(creds) }),
    ...(values.has('tls-verify') ? { tlsVerify: values.bool('tls-verify') } : {})
  }
}

function parseCredentials(text: string): RegistryAuth {
  const colon = text.indexOf(':')
  if (colon <= 0) throw new UsageError('invalid value for --creds: expected user:password')
  return { username: text.slice(0, colon), password: text.slice(colon + 1) }
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
