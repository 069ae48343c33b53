import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CallOptions, EngineError } from '@runcible/interface'
import { runGpg } from './gpg.ts'

/** Public keys in a keyring of their own. Disposing it removes its files. */
export interface Keyring extends AsyncDisposable {
  /** Directory for GNUPGHOME. */
  readonly home: string
  /** Fingerprints of the primary keys that were imported. */
  readonly fingerprints: readonly string[]
}

export interface KeyringOptions extends CallOptions {
  /** Where the keyring is made for a while; by default the system's directory for temporary files. */
  readonly tmp?: string | undefined
}

export const inHome = ['--batch', '--no-autostart', '--no-permission-warning', '--trust-model', 'always'] as const

/**
 * Imports keyrings, binary or armoured.
 *
 * @throws EngineError `invalid-argument` when there is no key in one of them.
 */
export async function openKeyring(
  keyrings: readonly Uint8Array[],
  { tmp = tmpdir(), ...options }: KeyringOptions = {}
): Promise<Keyring> {
  await using undo = new AsyncDisposableStack()
  const home = await mkdtemp(join(tmp, 'runcible-keys-'))
  undo.defer(() => rm(home, { recursive: true, force: true }))
  const fingerprints = new Set<string>()
  for (const input of keyrings) {
    const answer = await runGpg({ args: [...inHome, '--import'], input, home, ...options })
    const imported = answer.status.filter(([keyword]) => keyword === 'IMPORT_OK').map((line) => line[2]!)
    if (imported.length === 0)
      throw new EngineError('invalid-argument', 'there is no OpenPGP public key in the keyring', {
        hint: 'export it with: gpg --export KEY'
      })
    for (const fingerprint of imported) fingerprints.add(fingerprint)
  }
  const kept = undo.move()
  return { home, fingerprints: [...fingerprints], [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** Owners of the keys: e-mail addresses, or names without one. A key that cannot be read has none. */
export async function keyOwners(keyring: Uint8Array, options: CallOptions = {}): Promise<readonly string[]> {
  const args = ['--batch', '--no-autostart', '--with-colons', '--show-keys']
  const { output } = await runGpg({ args, input: keyring, ...options })
  return output
    .toString('utf8')
    .split('\n')
    .filter((line) => line.startsWith('uid:'))
    .map((line) => unescaped(line.split(':')[9] ?? ''))
    .map((owner) => /<([^<>]*)>$/.exec(owner)?.[1] ?? owner)
}

const unescaped = (text: string): string =>
  text.replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
