import { type CredentialFiles, EngineError, type Registries } from '@runcible/interface'
import type { Flag } from '../../flags/flag.ts'
import type { FlagValues } from '../../flags/values.ts'
import { UsageError } from '../../usage-error.ts'

export const credentialFileFlags: readonly Flag[] = [
  { name: 'authfile', kind: 'string', value: 'file', help: 'File with credentials, in place of the usual ones' },
  {
    name: 'compat-auth-file',
    kind: 'string',
    value: 'file',
    help: "File in the form of Docker's config.json, in place of the usual ones"
  }
]

/** @throws UsageError */
export function readCredentialFiles(flags: FlagValues): CredentialFiles {
  const [authFile, compatAuthFile] = [flags.text('authfile'), flags.text('compat-auth-file')]
  if (authFile !== undefined && compatAuthFile !== undefined)
    throw new UsageError('--authfile and --compat-auth-file exclude each other')
  return {
    ...(authFile === undefined ? {} : { authFile }),
    ...(compatAuthFile === undefined ? {} : { compatAuthFile })
  }
}

/** The registry that was named, or the first that short names are looked for in. As people paste it, without scheme. */
export function namedRegistry(given: string | undefined, registries: Pick<Registries, 'defaults'>): string {
  const name = given?.replace(/^https?:\/\//, '').replace(/\/+$/, '') ?? registries.defaults()[0]
  if (name !== undefined && name !== '') return name
  throw new EngineError('invalid-argument', 'no registries found in registries.conf, a registry must be provided')
}
