import { resolve } from 'node:path'
import { EngineError, type SignRequest, type TransferRequest } from '@runcible/interface'
import { readYamlFile } from '../parse/yaml.ts'
import type { Stdio } from '../stdio.ts'
import { askSecret } from '../terminal/ask.ts'
import { UsageError } from '../usage-error.ts'
import type { Flag } from './flag.ts'
import { grouped } from './flag.ts'
import { requireFile } from './transfer.ts'
import type { FlagValues } from './values.ts'

/** Flags of everything that makes signatures. */
export const signFlags: readonly Flag[] = grouped('Signatures', [
  { name: 'sign-by', kind: 'string', value: 'key', help: 'Sign with a GnuPG key: fingerprint, id or owner' },
  {
    name: 'sign-by-sigstore-private-key',
    kind: 'string',
    value: 'file',
    help: 'Sign with a sigstore private key; see image generate-sigstore-key'
  },
  { name: 'sign-by-sigstore', kind: 'string', value: 'file', help: 'Sign as a sigstore parameter file (YAML) says' },
  {
    name: 'sign-passphrase-file',
    kind: 'string',
    value: 'file',
    help: 'File whose first line is the passphrase of the signing key'
  },
  { name: 'sign-by-sq-fingerprint', kind: 'string', value: 'key', help: 'Not supported: use --sign-by' }
])

/** The flag of everything that takes images from elsewhere. */
export const signaturePolicyFlag: Flag = {
  name: 'signature-policy',
  kind: 'string',
  value: 'file',
  help: 'A policy.json in place of the configured one',
  group: 'Signatures'
}

/** The same with skopeo's words. */
export const policyFlags: readonly Flag[] = [
  { ...signaturePolicyFlag, aliases: ['policy'] },
  { name: 'insecure-policy', kind: 'bool', help: 'Check no signatures', group: 'Signatures' },
  {
    name: 'registries.d',
    kind: 'string',
    value: 'dir',
    help: 'A registries.d in place of the configured one: where signatures are',
    group: 'Signatures'
  }
]

/** @throws EngineError `not-found` */
export function readSignaturePlaces(values: FlagValues): Pick<TransferRequest, 'registriesDirectory'> {
  const directory = values.text('registries.d')
  return directory === undefined
    ? {}
    : { registriesDirectory: resolve(requireFile(directory, 'registries.d', 'directory')) }
}

/** @throws UsageError */
export function readSignaturePolicy(values: FlagValues): Pick<TransferRequest, 'signaturePolicy'> {
  const file = values.text('signature-policy')
  if (values.has('insecure-policy') && values.bool('insecure-policy')) {
    if (file !== undefined) throw new UsageError('--insecure-policy excludes --signature-policy')
    return { signaturePolicy: false }
  }
  return file === undefined ? {} : { signaturePolicy: resolve(file) }
}

/**
 * Asks for the passphrase of a sigstore key when there is a terminal and no file with it; GnuPG asks for itself.
 *
 * @throws UsageError; EngineError for what cannot be done, or a parameter file that is wrong.
 */
export async function readSigning(
  values: FlagValues,
  stdio?: Stdio
): Promise<{ readonly sign?: readonly SignRequest[] }> {
  if (values.has('sign-by-sq-fingerprint')) {
    throw new EngineError('unsupported', 'signing with Sequoia (--sign-by-sq-fingerprint) is not supported', {
      hint: 'sign with GnuPG: --sign-by FINGERPRINT'
    })
  }
  const passphrase = values.text('sign-passphrase-file')
  const gpgKey = values.text('sign-by')
  const privateKey = values.text('sign-by-sigstore-private-key')
  const parameters = values.text('sign-by-sigstore')
  if (gpgKey !== undefined && privateKey !== undefined && passphrase !== undefined)
    throw new UsageError(
      'only one of --sign-by and --sign-by-sigstore-private-key can be used with --sign-passphrase-file'
    )
  if (passphrase !== undefined && gpgKey === undefined && privateKey === undefined)
    throw new UsageError('--sign-passphrase-file needs --sign-by or --sign-by-sigstore-private-key')
  const secret = passphrase === undefined ? {} : { passphraseFile: resolve(passphrase) }
  const keySecret = async (file: string) => (passphrase === undefined ? await askPassphrase(file, stdio) : secret)
  const sign: SignRequest[] = [
    ...(gpgKey === undefined ? [] : [{ kind: 'simple', fingerprint: gpgKey, ...secret } as const]),
    ...(privateKey === undefined
      ? []
      : [{ kind: 'sigstore', privateKeyFile: resolve(privateKey), ...(await keySecret(privateKey)) } as const]),
    ...(parameters === undefined ? [] : [await readParameters(parameters)])
  ]
  return sign.length === 0 ? {} : { sign }
}

async function askPassphrase(file: string, stdio: Stdio | undefined): Promise<{ readonly passphrase?: string }> {
  if (stdio?.stdin.isTTY !== true) return {}
  return { passphrase: await askSecret(stdio, `Passphrase for key ${file}: `, 'give --sign-passphrase-file') }
}

/** containers-sigstore-signing-params.yaml(5): the part about private keys. */
async function readParameters(file: string): Promise<SignRequest> {
  const { privateKeyFile, privateKeyPassphraseFile, ...others } = await readYaml(file)
  for (const [name, value] of Object.entries(others)) {
    if (name !== 'fulcio' && name !== 'rekorURL') throw wrong(file, `${JSON.stringify(name)} is not known`)
    if (value === undefined) continue
    throw new EngineError('unsupported', `${file}: ${name}: signing without a key of one’s own is not supported`, {
      hint: 'sign with privateKeyFile'
    })
  }
  if (typeof privateKeyFile !== 'string' || privateKeyFile === '') throw wrong(file, 'privateKeyFile is missing')
  if (privateKeyPassphraseFile !== undefined && typeof privateKeyPassphraseFile !== 'string')
    throw wrong(file, 'privateKeyPassphraseFile must be a path')
  return {
    kind: 'sigstore',
    privateKeyFile: resolve(privateKeyFile),
    ...(privateKeyPassphraseFile === undefined ? {} : { passphraseFile: resolve(privateKeyPassphraseFile) })
  }
}

async function readYaml(file: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const value = await readYamlFile(file)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch (error) {
    throw wrong(file, (error as Error).message.split('\n', 1)[0]!)
  }
  throw wrong(file, 'it must have members')
}

const wrong = (file: string, why: string): EngineError =>
  new EngineError('invalid-argument', `cannot read the sigstore parameters ${file}: ${why}`)
