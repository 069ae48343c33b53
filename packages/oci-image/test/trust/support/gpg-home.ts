import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A GnuPG home of its own, with the keys that a test makes. */
export interface GpgHome extends Disposable {
  readonly path: string
  gpg(args: readonly string[], input?: Uint8Array): Buffer
  /** Returns the fingerprint. */
  makeKey(
    owner: string,
    options?: {
      readonly algorithm?: string
      readonly expires?: string
      readonly passphrase?: string
      readonly extra?: readonly string[]
    }
  ): string
  /** The certificate that revokes a key. */
  revocation(fingerprint: string): Buffer
  /** Makes the agent forget passphrases. */
  forget(): void
  publicKey(key: string): Buffer
}

export function gpgHome(): GpgHome {
  const path = mkdtempSync(join(tmpdir(), 'gpg-'))
  const gpg: GpgHome['gpg'] = (args, input) =>
    execFileSync('gpg', ['--homedir', path, '--batch', '--quiet', ...args], {
      input: input ?? '',
      stdio: ['pipe', 'pipe', 'pipe']
    })
  return {
    path,
    gpg,
    makeKey(owner, { algorithm = 'ed25519', expires = 'never', passphrase = '', extra = [] } = {}) {
      gpg([
        ...extra,
        '--pinentry-mode',
        'loopback',
        '--passphrase',
        passphrase,
        '--quick-gen-key',
        owner,
        algorithm,
        'sign',
        expires
      ])
      const listing = gpg(['--with-colons', '--list-keys', `=${owner}`]).toString()
      return /^fpr:+([0-9A-F]+):$/m.exec(listing)![1]!
    },
    publicKey: (key) => gpg(['--export', key]),
    revocation: (fingerprint) =>
      Buffer.from(
        readFileSync(join(path, 'openpgp-revocs.d', `${fingerprint}.rev`), 'utf8').replace(':-----BEGIN', '-----BEGIN')
      ),
    forget: () => void execFileSync('gpgconf', ['--homedir', path, '--kill', 'gpg-agent']),
    [Symbol.dispose]: () => {
      execFileSync('gpgconf', ['--homedir', path, '--kill', 'all'], { stdio: 'ignore' })
      rmSync(path, { recursive: true, force: true, maxRetries: 3 })
    }
  }
}
