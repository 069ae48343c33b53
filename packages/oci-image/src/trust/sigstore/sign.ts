import { sign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { EngineError, type SignRequest } from '@runcible/interface'
import { writeClaim } from '../claim.ts'
import { readPassphrase } from '../simple/sign.ts'
import type { SignedImage } from '../sign.ts'
import type { ImageSignature } from '../signature.ts'
import { annotationKeys, claimMediaType } from './annotations.ts'
import { openPrivateKey } from './private-key.ts'

/**
 * Makes a sigstore signature with a private key in a file, as cosign does.
 *
 * @throws EngineError `not-found`, `invalid-argument` for a file that is no such key, `unauthorized` for a wrong passphrase.
 */
export async function signSigstore(
  { privateKeyFile, passphraseFile, passphrase: given = '' }: SignRequest & { readonly kind: 'sigstore' },
  image: SignedImage
): Promise<ImageSignature> {
  const passphrase = passphraseFile === undefined ? given : await readPassphrase(passphraseFile)
  const key = openPrivateKey(await readKey(privateKeyFile), passphrase, privateKeyFile)
  const payload = writeClaim('sigstore', image)
  const signature = sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', payload, key)
  return {
    kind: 'sigstore',
    mediaType: claimMediaType,
    payload,
    annotations: { [annotationKeys.signature]: signature.toString('base64') }
  }
}

async function readKey(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    throw new EngineError(
      code === 'ENOENT' ? 'not-found' : 'permission-denied',
      `cannot read the private key ${file}: ${code}`,
      {
        cause: error
      }
    )
  }
}
