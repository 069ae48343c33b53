import { isEngineError } from '@runcible/interface'
import { findRegistryRule, isInsecureRegistry } from '@runcible/config'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { editPolicy } from '../../src/policy-edit.ts'
import { readSignaturePlaces } from '../../src/policy-places.ts'
import { parsePolicy } from '../../src/policy.ts'
import { sandbox } from '../sandbox.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/** What it gives, or undefined when it refuses; anything but an error that names the file fails the test. */
function tried<T>(file: string, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (!isEngineError(error)) throw error
    expect(error.message).toContain(file)
    return undefined
  }
}

const names = fc.constantFrom(
  'default',
  'transports',
  'docker',
  'dir',
  '',
  'quay.io',
  'type',
  'keyType',
  'keyPath',
  'keyData',
  'signedIdentity',
  'fulcio',
  '__proto__',
  'constructor',
  'toString'
)
const words = fc.constantFrom<Json>(
  'reject',
  'signedBy',
  'sigstoreSigned',
  'signedBaseLayer',
  'GPGKeys',
  '/key',
  'a2V5',
  'matchExact',
  'remapIdentity',
  '',
  null,
  7,
  false
)
const { tree } = fc.letrec<{ tree: Json }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    words,
    fc.array(tie('tree'), { maxLength: 3 }),
    fc.dictionary(names, tie('tree'), { maxKeys: 5 })
  )
}))

test('a policy is understood or refused, and never accepts what its text does not', () => {
  const requirement = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.constantFrom<Json>({ type: 'reject' }, { type: 'signedBy', keyType: 'GPGKeys', keyPath: '/k' })
    },
    { weight: 1, arbitrary: tree },
    {
      weight: 1,
      arbitrary: fc.record(
        { type: words, keyType: words, keyPath: words, keyData: words, signedIdentity: tree },
        { requiredKeys: ['type'] }
      )
    }
  )
  const requirements = fc.array(requirement, { maxLength: 3 })
  const policy = fc.oneof(
    fc.record(
      {
        default: requirements,
        transports: fc.dictionary(names, fc.dictionary(names, requirements, { maxKeys: 3 }), { maxKeys: 3 })
      },
      { requiredKeys: ['default'] }
    ),
    tree
  )
  let read = 0
  fc.assert(
    fc.property(policy, (document) => {
      const text = JSON.stringify(document)
      const parsed = tried('/p.json', () => parsePolicy('/p.json', text))
      if (parsed === undefined) return
      read++
      const all = [parsed.default, ...[...parsed.transports.values()].flatMap((scopes) => [...scopes.values()])]
      // An empty list would be satisfied by anything, and no text here has the word for that.
      for (const list of all) expect(list.map(({ type }) => type)).not.toHaveLength(0)
      expect(JSON.stringify(all)).not.toContain('insecureAcceptAnything')
    }),
    { numRuns: 3000 }
  )
  expect(read).toBeGreaterThan(0)
})

test('a policy with a member twice, or cut anywhere, is refused', () => {
  const text = JSON.stringify({
    default: [{ type: 'reject' }],
    transports: { docker: { 'quay.io': [{ type: 'signedBy', keyType: 'GPGKeys', keyPath: '/key' }] } }
  })
  for (let length = 0; length < text.length; length++)
    expect(tried('/p.json', () => parsePolicy('/p.json', text.slice(0, length)))).toBeUndefined()
  const twice = text.replace('{"default"', '{"default":[{"type":"insecureAcceptAnything"}],"default"')
  expect(tried('/p.json', () => parsePolicy('/p.json', twice))).toBeUndefined()
  const escaped = text.replace('{"default"', '{"d\\u0065fault":[{"type":"insecureAcceptAnything"}],"default"')
  expect(tried('/p.json', () => parsePolicy('/p.json', escaped))).toBeUndefined()
})

test('a change keeps the rest of a policy, whatever the scope is called', () => {
  const before = JSON.stringify({
    default: [{ type: 'reject' }],
    transports: { docker: { 'quay.io': [{ type: 'reject' }] } }
  })
  fc.assert(
    fc.property(fc.oneof(names, fc.string({ unit: 'binary', maxLength: 40 })), (scope) => {
      const after = tried('/p.json', () => editPolicy('/p.json', before, { scope, type: 'accept', keyFiles: [] }))
      if (after === undefined || scope === 'default') return
      const policy = parsePolicy('/p.json', after)
      expect(policy.default).toEqual([{ type: 'reject' }])
      if (scope !== 'quay.io') expect(policy.transports.get('docker')?.get('quay.io')).toEqual([{ type: 'reject' }])
      expect(policy.transports.get('docker')?.get(scope)).toEqual([{ type: 'insecureAcceptAnything' }])
    })
  )
})

const line = fc.oneof(
  fc.constantFrom(
    '[[registry]]',
    '[[registry.mirror]]',
    '[aliases]',
    '[registries.insecure]',
    'registries = ["h"]',
    'unqualified-search-registries = ["docker.io", "a.b"]',
    'unqualified-search-registries = "docker.io"',
    'prefix = "*.example.com"',
    'prefix = "example.com/a"',
    'prefix = "*"',
    'location = "https://other.example/"',
    'location = ""',
    'insecure = true',
    'insecure = "true"',
    'blocked = true',
    'pull-from-mirror = "tag-only"',
    'short-name-mode = "enforcing"',
    '"a" = "b.c/d"',
    '__proto__ = { insecure = true }',
    'constructor = 1',
    '# comment',
    'x = """',
    "y = '''"
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.nat(3000).map((depth) => `deep = ${'['.repeat(depth)}${']'.repeat(depth)}`),
  fc.nat(3000).map((depth) => `d = ${'{a='.repeat(depth)}1${'}'.repeat(depth)}`)
)

test('registries.conf of any lines is understood, or refused with its name', () => {
  using box = sandbox()
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), fc.domain(), (lines, host) => {
      const file = box.write('etc/registries.conf', lines.join('\n'))
      const registries = tried(file, () => box.load().registries)
      if (registries === undefined) return
      const rule = findRegistryRule(registries, `${host}/a:b`)
      expect(['object', 'undefined']).toContain(typeof rule)
      // Nothing in these lines is about a host that is not named in them.
      if (!lines.some((text) => text.includes(host)) && !host.endsWith('.example.com'))
        expect(isInsecureRegistry(registries, host)).toBe(false)
    }),
    { numRuns: 400 }
  )
})

test('registries.d of any YAML is understood, or refused with its name', async () => {
  using box = sandbox()
  const bomb = [
    'a: &a [x,x,x,x,x,x,x,x,x]',
    ...[...'bcdefghi'].map((name, at) => `${name}: &${name} [${`*${'abcdefgh'[at]},`.repeat(8)}*a]`)
  ].join('\n')
  const text = fc.oneof(
    tree.map((value) => JSON.stringify(value)),
    fc
      .dictionary(
        fc.constantFrom('docker', 'default-docker'),
        fc.dictionary(
          names,
          fc.dictionary(
            fc.constantFrom('lookaside', 'lookaside-staging', 'sigstore', 'use-sigstore-attachments'),
            words
          )
        )
      )
      .map((value) => JSON.stringify(value)),
    fc.string({ unit: 'binary', maxLength: 100 }),
    fc.constantFrom(
      'docker: &a\n  quay.io: *a',
      'docker: !!js/function "x"',
      '? - a\n: b',
      '--- 1\n--- 2',
      '%YAML 9.9\n---\na',
      'a: [',
      bomb
    )
  )
  await fc.assert(
    fc.asyncProperty(text, async (content) => {
      const file = box.write('etc/registries.d/a.yaml', content)
      try {
        await readSignaturePlaces({
          registriesDirectories: [`${box.folder}/etc/registries.d`],
          signatureDirectory: '/s'
        })
      } catch (error) {
        if (!isEngineError(error)) throw error
        expect(error.message).toContain(file)
      }
    }),
    { numRuns: 300 }
  )
})
