import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EngineError, type PolicyRequirement } from '@runcible/interface'
import { readClaim, writeClaim } from '../../src/trust/claim.ts'
import { decodeSignature, encodeSignature } from '../../src/trust/signature-file.ts'
import { SignatureError } from '../../src/trust/signature-error.ts'
import { annotationKeys, claimMediaType } from '../../src/trust/sigstore/annotations.ts'
import { verifySigstore } from '../../src/trust/sigstore/verify.ts'
import { normalizeReference } from '../../src/reference.ts'
import { testLog } from './support/sigstore.ts'

const digest = `sha256:${'a'.repeat(64)}` as const
const claim = writeClaim('sigstore', { digest, identity: normalizeReference('quay.io/a/b:1') })

/** A document with some of its bytes changed, cut, or repeated. */
const mangled = (bytes: Buffer) =>
  fc
    .tuple(fc.nat(bytes.length - 1), fc.nat(bytes.length - 1), fc.uint8Array({ maxLength: 4 }))
    .map(([from, to, between]) => Buffer.concat([bytes.subarray(0, from), between, bytes.subarray(to)]))

describe('bytes from anywhere', () => {
  it('are a claim, or are refused', () => {
    fc.assert(
      fc.property(fc.oneof(mangled(claim), fc.uint8Array({ maxLength: 64 })), (bytes) => {
        try {
          const { reference } = readClaim('sigstore', bytes)
          expect(typeof reference).toBe('string')
        } catch (error) {
          expect(error).toBeInstanceOf(SignatureError)
        }
      }),
      { numRuns: 2000 }
    )
  })

  it('are a file of a signature, or are refused', () => {
    const annotations = { [annotationKeys.signature]: 'AAAA' }
    const file = Buffer.from(
      encodeSignature({ kind: 'sigstore', mediaType: claimMediaType, payload: claim, annotations })
    )
    fc.assert(
      fc.property(fc.oneof(mangled(file), fc.uint8Array({ maxLength: 64 })), (bytes) => {
        try {
          decodeSignature(Buffer.from(bytes), 'somewhere')
        } catch (error) {
          expect(error).toBeInstanceOf(EngineError)
        }
      }),
      { numRuns: 2000 }
    )
  })

  it('in annotations never make a signature that counts', async () => {
    const log = testLog()
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    const key = { data: Buffer.from(publicKey.export({ type: 'spki', format: 'pem' })) }
    const rekorKeys = [{ data: Buffer.from(log.publicKey) }]
    const common = { type: 'sigstoreSigned', signedIdentity: { type: 'matchRepository' }, rekorKeys } as const
    const fulcio = { ca: key, oidcIssuer: 'https://issuer', subjectEmail: 'a@b.c' }
    const requirements: readonly (PolicyRequirement & { readonly type: 'sigstoreSigned' })[] = [
      { ...common, signer: { keys: [key] } },
      { ...common, rekorKeys: [], signer: { keys: [key] } },
      { ...common, signer: { fulcio } }
    ]
    const entry = Buffer.from(log.entry({ payload: claim, signature: Buffer.from([1]), signer: 'no' }))
    const pem = (body: string) =>
      `-----BEGIN CERTIFICATE-----\n${Buffer.from(body).toString('base64')}\n-----END CERTIFICATE-----`
    const text = fc.oneof(
      fc.string(),
      fc.base64String(),
      fc.string().map(pem),
      mangled(entry).map(String),
      fc.constant(String(entry))
    )
    const annotations = fc.dictionary(fc.constantFrom(...Object.values(annotationKeys)), text)
    await fc.assert(
      fc.asyncProperty(annotations, fc.constantFrom(...requirements), async (made, requirement) => {
        const found = { kind: 'sigstore', mediaType: claimMediaType, payload: claim, annotations: made } as const
        const material = async (source: object) => Buffer.from((source as { readonly data: Uint8Array }).data)
        await expect(verifySigstore(found, requirement, material)).rejects.toBeInstanceOf(SignatureError)
      }),
      { numRuns: 500 }
    )
  })
})
