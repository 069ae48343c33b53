import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CallOptions, EngineError, type UnverifiedSignature } from '@runcible/interface'
import { jsonLimits, parseJson } from '@runcible/oci-spec'
import { readClaim } from './claim.ts'
import { SignatureError } from './signature-error.ts'
import { runGpg } from './simple/gpg.ts'
import { inHome } from './simple/keyring.ts'

// The end of the year 9999: what comes later has no usual spelling.
const lastSecond = 253_402_300_799

/**
 * What a simple signature says, without any look at whether it is true.
 *
 * @throws EngineError `corrupt` when it is none.
 */
export async function readUnverified(message: Uint8Array, options: CallOptions = {}): Promise<UnverifiedSignature> {
  // No keys: gpg gives the content, and the key that should have been there.
  const home = await mkdtemp(join(tmpdir(), 'runcible-keys-'))
  try {
    const answer = await runGpg({ args: [...inHome, '--output', '-', '--decrypt'], input: message, home, ...options })
    const unknown = answer.status.find(([keyword]) => keyword === 'ERRSIG')
    if (unknown === undefined) throw new SignatureError('is not a signed message')
    const { digest, reference } = readClaim('simple', answer.output)
    const { optional } = parseJson(answer.output, jsonLimits.config) as { readonly optional: Optional }
    if (Math.abs(optional.timestamp ?? 0) > lastSecond) throw new SignatureError('has a timestamp that is no time')
    return { digest, reference, ...optionalOf(optional), keyId: unknown[1] ?? '' }
  } catch (error) {
    if (!(error instanceof SignatureError)) throw error
    throw new EngineError('corrupt', `the signature ${error.message}`, { cause: error })
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

interface Optional {
  readonly creator?: string
  readonly timestamp?: number
}

const optionalOf = ({ creator, timestamp }: Optional): Optional => ({
  ...(creator === undefined ? {} : { creator }),
  ...(timestamp === undefined ? {} : { timestamp })
})
