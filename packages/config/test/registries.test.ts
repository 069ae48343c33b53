import { describe, expect, it } from 'vitest'
import { findRegistryRule, isInsecureRegistry, type RegistryRule } from '@runcible/config'

const rule = (prefix: string, more: Partial<RegistryRule> = {}): RegistryRule => ({
  prefix,
  location: prefix.startsWith('*') ? '' : prefix,
  insecure: false,
  blocked: false,
  mirrors: [],
  ...more
})

describe('findRegistryRule', () => {
  const rules = ['example.com', 'example.com/foo', 'example.com/foo/bar', '*.example.com'].map((prefix) => rule(prefix))

  it.each([
    ['example.com/x:1', 'example.com'],
    ['example.com/foo', 'example.com/foo'],
    ['example.com/foo:1', 'example.com/foo'],
    ['example.com/foo@sha256:00', 'example.com/foo'],
    ['example.com/foobar', 'example.com'],
    ['example.com/foo/bar/baz', 'example.com/foo/bar'],
    ['sub.example.com/foo', '*.example.com'],
    ['sub.example.com:5000/foo', '*.example.com'],
    ['example.com:5000/foo', undefined],
    ['example.community/foo', undefined]
  ])('%s → %s', (name, prefix) => {
    expect(findRegistryRule({ rules }, name)?.prefix).toBe(prefix)
  })
})

describe('isInsecureRegistry', () => {
  const rules = [
    rule('localhost:5000', { insecure: true }),
    rule('docker.io', { location: 'cache.example', insecure: true }),
    rule('quay.io', { mirrors: [{ location: 'mirror.example', insecure: true, pullFrom: 'all' }] }),
    rule('part.example/team', { insecure: true }),
    rule('*.lab.example', { insecure: true })
  ]

  it.each([
    ['localhost:5000', true],
    ['localhost', false],
    ['localhost:50001', false],
    ['docker.io', false],
    ['cache.example', true],
    ['quay.io', false],
    ['mirror.example', true],
    ['part.example', false],
    ['part.example/team/app', true],
    ['a.lab.example:5000', true],
    ['lab.example', false]
  ])('%s: %s', (place, insecure) => {
    expect(isInsecureRegistry({ rules }, place)).toBe(insecure)
  })
})
