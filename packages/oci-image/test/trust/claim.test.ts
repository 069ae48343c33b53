import { describe, expect, it } from 'vitest'
import { readClaim, writeClaim } from '../../src/trust/claim.ts'
import { normalizeReference } from '../../src/reference.ts'

const digest = `sha256:${'a'.repeat(64)}` as const
const whole = {
  critical: {
    identity: { 'docker-reference': 'quay.io/a/b:1' },
    image: { 'docker-manifest-digest': digest },
    type: 'atomic container signature'
  },
  optional: { creator: 'x', timestamp: 1 } as unknown
}
const read = (document: unknown, kind: 'simple' | 'sigstore' = 'simple') =>
  readClaim(kind, Buffer.from(typeof document === 'string' ? document : JSON.stringify(document)))
const cosign = { ...whole, critical: { ...whole.critical, type: 'cosign container image signature' } }

describe('a claim', () => {
  it('is read as it was written', () => {
    const identity = normalizeReference('quay.io/a/b:1')
    expect(readClaim('simple', writeClaim('simple', { digest, identity }))).toEqual({
      digest,
      reference: 'quay.io/a/b:1'
    })
    expect(readClaim('sigstore', writeClaim('sigstore', { digest, identity }))).toEqual({
      digest,
      reference: 'quay.io/a/b:1'
    })
  })

  it('may have unknown members in `optional` only', () => {
    expect(read({ ...whole, optional: { other: [1] } })).toEqual({ digest, reference: 'quay.io/a/b:1' })
    expect(read({ ...cosign, optional: null }, 'sigstore').digest).toBe(digest)
    expect(read({ critical: cosign.critical }, 'sigstore').digest).toBe(digest)
  })

  it.each([
    ['{"critical":{},"critical":{}}', 'is there twice'],
    [{ ...whole, more: 1 }, 'unknown member "more"'],
    [{ critical: whole.critical }, 'lacks optional'],
    [{ ...whole, optional: null }, 'optional is not an object'],
    [{ ...whole, optional: { creator: 1 } }, 'optional.creator'],
    [{ ...whole, optional: { timestamp: 1.5 } }, 'optional.timestamp'],
    [{ ...whole, critical: { ...whole.critical, other: 1 } }, 'unknown member "other"'],
    [{ ...whole, critical: { ...whole.critical, type: 'cosign container image signature' } }, 'not "atomic'],
    [
      { ...whole, critical: { ...whole.critical, image: { 'docker-manifest-digest': digest, x: 1 } } },
      'unknown member "x"'
    ],
    [
      { ...whole, critical: { ...whole.critical, image: { 'docker-manifest-digest': 'sha256:12' } } },
      'no valid digest'
    ],
    [{ ...whole, critical: { ...whole.critical, identity: { 'docker-reference': 1 } } }, 'no docker-reference'],
    [[], 'it is not an object'],
    ['{', 'not valid JSON']
  ])('is refused: %j', (document, why) => {
    expect(() => read(document)).toThrow(why)
  })
})
