import type { CallOptions } from '@runcible/interface'
import { SignatureError } from '../signature-error.ts'
import { type GpgAnswer, runGpg } from './gpg.ts'
import { inHome } from './keyring.ts'

export interface VerifiedMessage {
  /** Of the primary key, 40 or 64 hex digits in capitals. */
  readonly fingerprint: string
  readonly content: Buffer
}

/** Whatever is not one good signature by a key that is valid now makes the message worthless. */
const verdicts: Readonly<Record<string, string>> = {
  BADSIG: 'is bad: what it signs was changed',
  EXPSIG: 'has expired',
  EXPKEYSIG: 'was made by a key that has expired',
  REVKEYSIG: 'was made by a key that was revoked',
  ERRSIG: 'was made by a key that is not trusted',
  NODATA: 'is no OpenPGP message',
  BADARMOR: 'is no OpenPGP message',
  DECRYPTION_FAILED: 'is encrypted',
  BEGIN_DECRYPTION: 'is encrypted'
}

/**
 * Verifies an OpenPGP signed message (RFC 4880 11.3) against the keys in `home`, by default the user's, and gives what
 * was signed.
 *
 * @throws SignatureError
 */
export async function verifyMessage(
  message: Uint8Array,
  home: string | undefined,
  options: CallOptions = {}
): Promise<VerifiedMessage> {
  // Armoured and clear-signed texts are other formats, with other ways to be read in two ways.
  if ((message[0] ?? 0) < 0x80) throw new SignatureError('is no binary OpenPGP message')
  const args = [...inHome, '--output', '-', '--decrypt']
  const answer = await runGpg({ args, input: message, ...(home === undefined ? {} : { home }), ...options })
  for (const [keyword = ''] of answer.status) {
    const verdict = verdicts[keyword]
    if (verdict !== undefined) throw new SignatureError(verdict)
  }
  const valid = answer.status.filter(([keyword]) => keyword === 'VALIDSIG')
  const good = answer.status.filter(([keyword]) => keyword === 'GOODSIG')
  const contents = answer.status.filter(([keyword]) => keyword === 'PLAINTEXT')
  if (valid.length > 1 || good.length > 1 || contents.length > 1)
    throw new SignatureError('has several signers or contents')
  const [line] = valid
  if (line === undefined || good.length === 0 || answer.code !== 0) throw new SignatureError(noSignature(answer))
  // The last field is the fingerprint of the primary key; a signing subkey has one of its own.
  return { fingerprint: line[10] ?? line[1]!, content: answer.output }
}

const noSignature = ({ said }: GpgAnswer): string =>
  said === '' ? 'is not a signed message' : `is not accepted by gpg: ${said.replace(/^gpg: /, '')}`
