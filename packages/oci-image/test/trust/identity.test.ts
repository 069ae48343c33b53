import { describe, expect, it } from 'vitest'
import { normalizeReference } from '../../src/reference.ts'
import { identityMismatch } from '../../src/trust/identity.ts'
import type { SignedIdentity } from '@runcible/interface'

const digest = `sha256:${'a'.repeat(64)}`
const counts = (identity: SignedIdentity, claimed: string, image: string | undefined): boolean =>
  identityMismatch(identity, claimed, image === undefined ? undefined : normalizeReference(image)) === undefined

describe('the identity that a signature claims', () => {
  it.each([
    ['matchExact', 'quay.io/a:1', 'quay.io/a:1', true],
    ['matchExact', 'quay.io/a:1', 'quay.io/a:2', false],
    ['matchExact', 'quay.io/a:1', `quay.io/a@${digest}`, false],
    ['matchExact', `quay.io/a@${digest}`, `quay.io/a@${digest}`, true],
    ['matchExact', 'alpine:3', 'docker.io/library/alpine:3', true],
    ['matchExact', 'quay.io/a', 'quay.io/a:latest', false],
    ['matchRepoDigestOrExact', 'quay.io/a:1', 'quay.io/a:1', true],
    ['matchRepoDigestOrExact', 'quay.io/a:1', 'quay.io/a:2', false],
    ['matchRepoDigestOrExact', 'quay.io/a:1', `quay.io/a@${digest}`, true],
    ['matchRepoDigestOrExact', 'quay.io/b:1', `quay.io/a@${digest}`, false],
    ['matchRepoDigestOrExact', 'quay.io/a', `quay.io/a@${digest}`, false],
    ['matchRepository', 'quay.io/a:1', 'quay.io/a:2', true],
    ['matchRepository', 'quay.io/a', 'quay.io/a:2', true],
    ['matchRepository', 'quay.io/a/b', 'quay.io/a:2', false],
    ['matchRepository', 'Not A Name', 'quay.io/a:2', false]
  ] as const)('%s: a claim of %s for %s counts: %s', (type, claimed, image, expected) => {
    expect(counts({ type }, claimed, image)).toBe(expected)
  })

  it('may be fixed by the policy, for images without a name too', () => {
    const reference = { type: 'exactReference', dockerReference: 'quay.io/a:1' } as const
    expect(counts(reference, 'quay.io/a:1', undefined)).toBe(true)
    expect(counts(reference, 'quay.io/a:2', 'quay.io/a:2')).toBe(false)
    const repository = { type: 'exactRepository', dockerRepository: 'quay.io/a' } as const
    expect(counts(repository, 'quay.io/a:7', 'localhost:5000/x')).toBe(true)
    expect(counts(repository, 'quay.io/a', undefined)).toBe(true)
    expect(counts(repository, 'quay.io/b:7', undefined)).toBe(false)
    expect(counts({ type: 'matchRepository' }, 'quay.io/a:7', undefined)).toBe(false)
  })

  it('follows a mirror back to what it mirrors', () => {
    const map = { type: 'remapIdentity', prefix: 'mirror:5000/v', signedPrefix: 'vendor.example' } as const
    expect(counts(map, 'vendor.example/a/b:1', 'mirror:5000/v/a/b:1')).toBe(true)
    expect(counts(map, 'vendor.example/a/b:2', 'mirror:5000/v/a/b:1')).toBe(false)
    expect(counts(map, 'vendor.example/a/b:2', `mirror:5000/v/a/b@${digest}`)).toBe(true)
    expect(counts(map, 'vendor.examplex:1', 'mirror:5000/vx:1')).toBe(false)
    expect(counts(map, 'mirror:5000/vx:1', 'mirror:5000/vx:1')).toBe(true)
    expect(counts(map, 'mirror:5000/v/a:1', 'mirror:5000/v/a:1')).toBe(false)
  })
})
