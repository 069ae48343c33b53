import { generateKeyPairSync } from 'node:crypto'
import { isEngineError } from '@runcible/interface'
import { digestOf } from '@runcible/oci-spec'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readClaim } from '../../src/trust/claim.ts'
import { decodeSignature, encodeSignature } from '../../src/trust/signature-file.ts'
import { SignatureError } from '../../src/trust/signature-error.ts'
import { annotationKeys, claimMediaType } from '../../src/trust/sigstore/annotations.ts'
import { verifySigstore } from '../../src/trust/sigstore/verify.ts'

const claim = {
  critical: {
    identity: { 'docker-reference': 'quay.io/a/b:1' },
    image: { 'docker-manifest-digest': digestOf('manifest') },
    type: 'cosign container image signature'
  },
  optional: { creator: 'x', timestamp: 1 }
}
const text = JSON.stringify(claim)
const changed = fc
  .array(fc.tuple(fc.nat(text.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
  .map((changes) => {
    const bytes = Buffer.from(text)
    for (const [at, value] of changes) bytes[at] = value
    return bytes
  })
const anyBytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array))
const anyJson = fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)))

/** Anything but the error of a signature that does not count fails the test. */
async function uncounted(work: () => unknown): Promise<unknown> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof SignatureError) && !isEngineError(error)) throw error
    return undefined
  }
}

test('a claim of any bytes is read or does not count', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('simple' as const, 'sigstore' as const),
      fc.oneof(changed, anyBytes, anyJson),
      async (kind, bytes) => {
        const read = (await uncounted(() => readClaim(kind, bytes))) as { digest: string } | undefined
        if (read !== undefined) expect(read.digest).toMatch(/^sha(?:256|512):[0-9a-f]+$/)
      }
    ),
    { numRuns: 1500 }
  )
})

test('a claim with a member twice, or one more, does not count', () => {
  for (const wrong of [
    text.replace('"critical"', '"critical":{},"critical"'),
    text.replace('"type"', '"typ\\u0065":"x","type"'),
    text.replace('"image"', '"more":1,"image"'),
    text.replace('"docker-reference"', '"docker-reference":"evil/x:1","docker-reference"')
  ])
    expect(() => readClaim('sigstore', Buffer.from(wrong))).toThrow(SignatureError)
  expect(readClaim('sigstore', Buffer.from(text)).reference).toBe('quay.io/a/b:1')
})

test('a file of any bytes is a signature or an EngineError', async () => {
  const good = Buffer.from(
    encodeSignature({
      kind: 'sigstore',
      mediaType: claimMediaType,
      payload: Buffer.from(text),
      annotations: { a: 'b' }
    })
  )
  const flips = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 4 }).map((changes) => {
    const bytes = Buffer.from(good)
    for (const [at, value] of changes) bytes[at] = value
    return bytes
  })
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        flips,
        anyBytes,
        anyJson.map((json) => Buffer.concat([good.subarray(0, 15), json]))
      ),
      async (bytes) => {
        const read = (await uncounted(() => decodeSignature(bytes, 'here'))) as { kind: string } | undefined
        if (read !== undefined) expect(['simple', 'sigstore']).toContain(read.kind)
      }
    ),
    { numRuns: 1500 }
  )
})

test('annotations of any text never make a signature count', async () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }))
  const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n'
  const entry = JSON.stringify({
    SignedEntryTimestamp: 'AAAA',
    Payload: { body: 'e30=', integratedTime: 1, logIndex: 1, logID: 'aa' }
  })
  const value = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc.jsonValue().map((each) => JSON.stringify(each)),
    fc.constantFrom(
      '',
      'AAAA',
      certificate,
      certificate.repeat(3),
      entry,
      entry.replace('e30=', '!!'),
      entry.replace('1,', '1e400,')
    )
  )
  const keys = [{ data: pem }]
  const identity = { type: 'matchExact' } as const
  const fulcio = { ca: { data: pem }, oidcIssuer: 'https://issuer', subjectEmail: 'a@b.c' }
  const requirements = [
    { type: 'sigstoreSigned', signer: { keys }, rekorKeys: [], signedIdentity: identity },
    { type: 'sigstoreSigned', signer: { keys }, rekorKeys: keys, signedIdentity: identity },
    { type: 'sigstoreSigned', signer: { fulcio }, rekorKeys: keys, signedIdentity: identity }
  ] as const
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(fc.constantFrom(...Object.values(annotationKeys)), value),
      fc.nat(2),
      async (annotations, which) => {
        const found = { kind: 'sigstore', mediaType: claimMediaType, payload: Buffer.from(text), annotations } as const
        expect(await uncounted(() => verifySigstore(found, requirements[which]!, async () => pem))).toBeUndefined()
      }
    ),
    { numRuns: 400 }
  )
})
