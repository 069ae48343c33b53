import { expect, test } from 'vitest'
import {
  changeEntry,
  type Descriptor,
  digestOf,
  dockerMediaTypes,
  encodeIndex,
  type Index,
  ociMediaTypes,
  parseIndex,
  withEntry,
  withoutEntry
} from '../../src/index.ts'

const entry = (name: string, more: Partial<Descriptor> = {}): Descriptor => ({
  mediaType: dockerMediaTypes.manifest,
  digest: digestOf(new TextEncoder().encode(name)),
  size: 1,
  platform: { os: 'linux', architecture: name },
  ...more
})
const empty: Index = { schemaVersion: 2, manifests: [] }

test('an entry of the same digest is replaced where it is', () => {
  const index = [entry('a'), entry('b'), { ...entry('a'), size: 2 }].reduce(withEntry, empty)
  expect(index.manifests.map(({ size }) => size)).toEqual([2, 1])
  expect(withoutEntry(index, entry('a').digest)?.manifests).toEqual([entry('b')])
  expect(withoutEntry(index, entry('c').digest)).toBeUndefined()
  expect(empty.manifests).toEqual([])
})

test('what is said about an entry is added to what was said', () => {
  const index = withEntry(empty, entry('a', { annotations: { k: 'v' } }))
  const changed = changeEntry(index, entry('a').digest, { platform: { variant: 'v8' }, annotations: { l: 'w' } })
  expect(changed?.manifests[0]).toMatchObject({
    platform: { os: 'linux', architecture: 'a', variant: 'v8' },
    annotations: { k: 'v', l: 'w' }
  })
  expect(changeEntry(index, entry('b').digest, {})).toBeUndefined()
})

test("is Docker's list when it is empty, or says what only Docker's list can", () => {
  const index = withEntry(empty, entry('a', { platform: { os: 'linux', architecture: 'a', features: ['sse4'] } }))
  for (const docker of [empty, index]) expect(encodeIndex(docker).mediaType).toBe(dockerMediaTypes.manifestList)
  const others: readonly Index[] = [
    { ...index, annotations: { a: 'b' } },
    { ...index, subject: entry('s') },
    withEntry(empty, entry('b')),
    withEntry(index, entry('b', { mediaType: ociMediaTypes.manifest })),
    withEntry(index, entry('b', { annotations: { a: 'b' } }))
  ]
  for (const other of others) expect(encodeIndex(other).mediaType).toBe(ociMediaTypes.index)
})

test('encodes the same content to the same bytes, which parse to the same content', () => {
  const one: Index = {
    ...withEntry(empty, entry('a', { annotations: { b: '1', a: '2' } })),
    annotations: { z: '1', y: '2' }
  }
  const other: Index = {
    annotations: { y: '2', z: '1' },
    manifests: [{ ...entry('a'), annotations: { a: '2', b: '1' } }],
    schemaVersion: 2
  }
  expect(encodeIndex(one).digest).toBe(encodeIndex(other).digest)
  const { bytes, mediaType, digest } = encodeIndex(one)
  expect(parseIndex(JSON.parse(new TextDecoder().decode(bytes)))).toEqual({ ...one, mediaType })
  expect(digestOf(bytes)).toBe(digest)
})
