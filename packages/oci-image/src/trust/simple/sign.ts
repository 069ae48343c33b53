import { readFile } from 'node:fs/promises'
import { type CallOptions, EngineError, type SignRequest } from '@runcible/interface'
import { writeClaim } from '../claim.ts'
import type { SignedImage } from '../sign.ts'
import type { ImageSignature } from '../signature.ts'
import { type GpgAnswer, runGpg, secretDescriptor, statusOf } from './gpg.ts'

/**
 * Makes a simple signature with a key of the user's GnuPG.
 *
 * @throws EngineError `not-found` without the secret key, `unauthorized` for a wrong or missing passphrase.
 */
export async function signSimple(
  request: SignRequest & { readonly kind: 'simple' },
  image: SignedImage,
  options: CallOptions = {}
): Promise<ImageSignature> {
  const { fingerprint, passphraseFile } = request
  const passphrase = passphraseFile === undefined ? undefined : await readPassphrase(passphraseFile)
  const answer = await runGpg({
    args: [
      ...(passphrase === undefined
        ? []
        : ['--batch', '--pinentry-mode', 'loopback', '--passphrase-fd', String(secretDescriptor)]),
      '--local-user',
      fingerprint,
      '--output',
      '-',
      '--sign'
    ],
    input: writeClaim('simple', image),
    ...(passphrase === undefined ? {} : { secret: passphrase }),
    // Someone may have to type a passphrase.
    timeout: 10 * 60_000,
    ...options
  })
  if (answer.code === 0 && answer.output.length > 0 && statusOf(answer, 'SIG_CREATED') !== undefined)
    return { kind: 'simple', bytes: answer.output }
  throw signingError(fingerprint, answer, passphrase !== undefined)
}

function signingError(key: string, answer: GpgAnswer, hasPassphrase: boolean): EngineError {
  const shown = JSON.stringify(key.slice(0, 100))
  if (statusOf(answer, 'INV_SGNR') !== undefined)
    return new EngineError('not-found', `GnuPG has no secret key ${shown}`, { hint: 'see gpg --list-secret-keys' })
  if (/passphrase|pinentry|inappropriate ioctl|no such file/i.test(answer.said))
    return new EngineError('unauthorized', `the key ${shown} could not be unlocked: ${answer.said}`, {
      hint: hasPassphrase ? 'check the passphrase file' : 'give the passphrase with --sign-passphrase-file'
    })
  return new EngineError(
    'unavailable',
    `gpg could not sign with the key ${shown}: ${answer.said || `code ${answer.code}`}`
  )
}

/** The first line of a file. */
export async function readPassphrase(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).split(/\r?\n/, 1)[0]!
  } catch (error) {
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    throw new EngineError(
      code === 'ENOENT' ? 'not-found' : 'permission-denied',
      `cannot read the passphrase file ${file}: ${code}`,
      {
        cause: error
      }
    )
  }
}
