import fc from 'fast-check'
import { expect, test } from 'vitest'
import { familiarName, formatReference, normalizeReference, parseReference } from '../src/reference.ts'
import { localCandidates, localName, registryCandidates, shortNameChoices } from '../src/short-names.ts'

const digest = `sha256:${'a1'.repeat(32)}`

test.each([
  ['alpine', 'docker.io/library/alpine:latest', 'alpine'],
  ['alpine:3.20', 'docker.io/library/alpine:3.20', 'alpine:3.20'],
  ['docker://alpine', 'docker.io/library/alpine:latest', 'alpine'],
  ['grafana/grafana', 'docker.io/grafana/grafana:latest', 'grafana/grafana'],
  ['index.docker.io/alpine', 'docker.io/library/alpine:latest', 'alpine'],
  ['docker.io/a/b/c:1', 'docker.io/a/b/c:1', 'a/b/c:1'],
  ['localhost/x', 'localhost/x:latest', 'localhost/x'],
  ['localhost:5000/x:y', 'localhost:5000/x:y', 'localhost:5000/x:y'],
  ['host:5000/a/b', 'host:5000/a/b:latest', 'host:5000/a/b'],
  ['[::1]:5000/a', '[::1]:5000/a:latest', '[::1]:5000/a'],
  ['[2001:db8::1]/a/b:t', '[2001:db8::1]/a/b:t', '[2001:db8::1]/a/b:t'],
  ['Registry/a', 'Registry/a:latest', 'Registry/a'],
  ['quay.io/a/b__c-d.e', 'quay.io/a/b__c-d.e:latest', 'quay.io/a/b__c-d.e'],
  ['quay.io/a---b/c', 'quay.io/a---b/c:latest', 'quay.io/a---b/c'],
  [`alpine@${digest}`, `docker.io/library/alpine@${digest}`, `alpine@${digest}`],
  [`h.io/a:tag@${digest}`, `h.io/a@${digest}`, `h.io/a@${digest}`]
])('%s means %s', (text, full, familiar) => {
  expect(formatReference(normalizeReference(text))).toBe(full)
  expect(familiarName(text)).toBe(familiar)
})

test.each([
  '',
  ':',
  '@',
  'a:',
  '/a',
  'a/',
  'a//b',
  'Alpine',
  'a/B',
  'quay.io/A',
  'a b',
  'a:b c',
  '-a',
  'a-',
  'a..b',
  'a___b',
  'a@sha256:abc',
  `a@${digest.toUpperCase()}`,
  'a@md5:00',
  'host:99999999/a',
  'host:70000/a',
  'ho_st.io/a',
  '[::1/a',
  '[]/a',
  `a:${'t'.repeat(129)}`,
  'a/'.repeat(200),
  '../etc',
  'quay.io/../etc',
  'a\u0000b',
  'é',
  `${'a'.repeat(256)}`,
  'a'.repeat(2000),
  'http://a/b',
  'a:b:c'
])('refuses %j', (text) => {
  expect(() => normalizeReference(text)).toThrow(expect.objectContaining({ code: 'invalid-argument' }))
})

test('says what is wrong', () => {
  expect(() => parseReference('Alpine')).toThrow(
    'invalid image reference "Alpine": the repository name must be lower case'
  )
  expect(() => parseReference('a:b c')).toThrow('"b c" is not a tag')
})

test('keeps what was written', () => {
  expect(parseReference(`a/b:c@${digest}`)).toEqual({ registry: undefined, repository: 'a/b', tag: 'c', digest })
})

test('the normal form is a fixed point, and nothing but an EngineError is thrown', () => {
  const text = fc.stringMatching(/^[a-zA-Z0-9._:/@[\]-]{0,60}$/)
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: 'binary', maxLength: 80 })), (input) => {
      let full: string
      try {
        full = formatReference(normalizeReference(input))
      } catch (error) {
        return (error as { code?: string }).code === 'invalid-argument'
      }
      return (
        formatReference(normalizeReference(full)) === full &&
        formatReference(normalizeReference(familiarName(full))) === full
      )
    }),
    { numRuns: 3000 }
  )
})

test('is linear in the worst text', () => {
  for (const worst of [
    'a'.repeat(65_536),
    '-'.repeat(65_536),
    'a-'.repeat(32_768),
    'a.'.repeat(500),
    'a_'.repeat(500),
    '['.repeat(65_536)
  ]) {
    expect(() => parseReference(`${worst}!`)).toThrow()
  }
})

test('short names stand for one candidate per registry', () => {
  const names = (text: string, search: readonly string[]) =>
    registryCandidates(text, () => ({ search, aliases: { tools: 'reg.io/ops/tools' } })).map(formatReference)
  expect(names('tool', ['quay.io', 'docker.io'])).toEqual(['quay.io/tool:latest', 'docker.io/library/tool:latest'])
  expect(names('quay.io/tool', ['docker.io'])).toEqual(['quay.io/tool:latest'])
  expect(() => names('tool', [])).toThrow('says no registry')
  expect(names('tools:2', [])).toEqual(['reg.io/ops/tools:2'])
  expect(names('constructor', ['quay.io'])).toEqual(['quay.io/constructor:latest'])
  const never = () => {
    throw new Error('asked for nothing')
  }
  expect(registryCandidates('quay.io/a', never)).toHaveLength(1)
  expect(localCandidates('quay.io/a', never)).toHaveLength(1)
  expect(() => names('a'.repeat(64), ['docker.io'])).toThrow('is an image id')
  expect(localCandidates('tool:1', () => ({ search: ['quay.io'] })).map(formatReference)).toEqual([
    'localhost/tool:1',
    'quay.io/tool:1',
    'docker.io/library/tool:1'
  ])
  expect(formatReference(localName('mine'))).toBe('localhost/mine:latest')
  expect(() => localName(`mine@${digest}`)).toThrow('has a digest')
})

test('in enforcing mode a short name must mean one thing', () => {
  const search = ['quay.io', 'docker.io']
  const names = (text: string, more: object) => registryCandidates(text, () => ({ search, ...more }))
  expect(() => names('tool:2', { mode: 'enforcing' })).toThrow(
    expect.objectContaining({
      code: 'invalid-argument',
      message:
        'the short name tool:2 may mean quay.io/tool:2 or docker.io/library/tool:2, and short-name-mode is enforcing'
    })
  )
  expect(names('tool', { mode: 'enforcing', aliases: { tool: 'reg.io/tool' } })).toHaveLength(1)
  expect(names('tool', { mode: 'enforcing', search: ['quay.io'] })).toHaveLength(1)
  expect(names('tool', { mode: 'disabled' })).toHaveLength(2)
  const choices = (text: string, more: object) => shortNameChoices(text, () => ({ search, ...more }))
  expect(choices('tool', {})).toEqual(['quay.io/tool:latest', 'docker.io/library/tool:latest'])
  expect(choices('tool', { mode: 'disabled' })).toEqual([])
  expect(choices('tool', { aliases: { tool: 'reg.io/tool' } })).toEqual([])
  expect(choices('quay.io/tool', {})).toEqual([])
})
