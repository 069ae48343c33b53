import { randomImage, startRegistry } from '@runcible/fixtures'
import { expect, test } from 'vitest'
import { pullEndpoints, pushEndpoint } from '../src/endpoints.ts'
import type { RegistryRule } from '../src/init.ts'
import { formatReference, normalizeReference, repositoryName } from '../src/reference.ts'
import { sandbox } from './sandbox.ts'

const rule = (parts: Partial<RegistryRule>): RegistryRule => ({
  prefix: 'docker.io',
  location: 'docker.io',
  insecure: false,
  blocked: false,
  mirrors: [],
  ...parts
})
const digest = `sha256:${'a1'.repeat(32)}`

const places = (name: string, found: RegistryRule | undefined) =>
  pullEndpoints({ registries: { rule: () => found, insecure: ['plain:5000'] } }, normalizeReference(name)).map(
    (endpoint) =>
      `${repositoryName(endpoint)}${endpoint.insecure ? ' insecure' : ''}${endpoint.isMirror ? ' mirror' : ''}`
  )

test.each<[string, RegistryRule | undefined, string[]]>([
  ['alpine', undefined, ['docker.io/library/alpine']],
  ['plain:5000/a', undefined, ['plain:5000/a insecure']],
  ['alpine', rule({ location: 'corp.io/hub' }), ['corp.io/hub/library/alpine']],
  [
    'alpine',
    rule({ mirrors: [{ location: 'm:5000/x', insecure: true, pullFrom: 'all' }] }),
    ['m:5000/x/library/alpine insecure mirror', 'docker.io/library/alpine']
  ],
  [
    'alpine',
    rule({ mirrors: [{ location: 'm', insecure: false, pullFrom: 'digest-only' }] }),
    ['docker.io/library/alpine']
  ],
  [
    `alpine@${digest}`,
    rule({ mirrors: [{ location: 'm', insecure: false, pullFrom: 'digest-only' }] }),
    ['m/library/alpine mirror', 'docker.io/library/alpine']
  ],
  [
    `alpine@${digest}`,
    rule({ mirrors: [{ location: 'm', insecure: false, pullFrom: 'tag-only' }] }),
    ['docker.io/library/alpine']
  ],
  ['a.corp/x', rule({ prefix: '*.corp', location: '', insecure: true }), ['a.corp/x insecure']],
  [
    'a.corp:5000/x',
    rule({ prefix: '*.corp', location: '', mirrors: [{ location: 'm/corp', insecure: false, pullFrom: 'all' }] }),
    ['m/corp/x mirror', 'a.corp:5000/x']
  ],
  [
    'a.corp/x',
    rule({ prefix: '*.corp', location: 'new.io/t', mirrors: [{ location: 'm/c', insecure: false, pullFrom: 'all' }] }),
    ['m/c/x mirror', 'new.io/t/x']
  ],
  ['corp.io/team/app', rule({ prefix: 'corp.io/team', location: 'new.io/t' }), ['new.io/t/app']]
])('%s with %j', (name, found, expected) => {
  expect(places(name, found)).toEqual(expected)
})

test('a blocked registry is neither pulled from nor pushed to', () => {
  const init = { registries: { rule: () => rule({ blocked: true }) } }
  for (const find of [pullEndpoints, pushEndpoint]) {
    expect(() => find(init, normalizeReference('alpine'))).toThrow(
      expect.objectContaining({ code: 'permission-denied' })
    )
  }
  expect(
    pushEndpoint({ registries: { rule: () => rule({ location: 'corp.io' }) } }, normalizeReference('alpine'))
  ).toMatchObject({ registry: 'docker.io' })
})

test('pulls from a mirror, or past one that fails, and keeps the name and the credentials', async () => {
  await using mirror = await startRegistry()
  await using box = await sandbox({}, { auth: { scheme: 'basic', username: 'ann', password: 'pw' } })
  const mirrors = [
    { location: '127.0.0.1:1', insecure: true, pullFrom: 'all' },
    { location: `${mirror.host}/cache`, insecure: true, pullFrom: 'all' }
  ] as const
  const prefix = box.registry.host
  const images = box.again({
    registries: { insecure: [prefix], rule: () => rule({ prefix, location: prefix, mirrors }) }
  })
  const image = randomImage()
  const name = formatReference(normalizeReference(box.registry.put(image, 'app')))
  mirror.put(image, 'cache/app')
  const auth = { username: 'ann', password: 'pw' }
  expect(await images.pull(name, { auth })).toMatchObject({ id: image.id, name, names: [name] })
  expect(box.registry.requests).toEqual([])
  expect(mirror.requests.map(({ authorization }) => authorization)).toEqual(mirror.requests.map(() => undefined))
  const other = randomImage()
  box.registry.put(other, 'other')
  const messages: string[] = []
  const pulled = await images.pull(
    `${prefix}/other`,
    { auth },
    { onProgress: (event) => event.type === 'message' && messages.push(event.text) }
  )
  expect(pulled.id).toBe(other.id)
  expect(messages.filter((text) => text.endsWith('trying the next place'))).toHaveLength(2)
})
