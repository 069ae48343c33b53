import { type Descriptor, digestOf, type Index, ociMediaTypes } from '@runcible/oci-spec'
import { expect, test } from 'vitest'
import { choosePlatform } from '../src/choose-platform.ts'

const entry = (name: string, more: Partial<Descriptor> = {}): Descriptor => ({
  mediaType: ociMediaTypes.manifest,
  digest: digestOf(Buffer.from(name)),
  size: 1,
  ...more
})
const amd = { os: 'linux', architecture: 'amd64' }
const indexOf = (...manifests: readonly Descriptor[]): Index => ({ schemaVersion: 2, manifests })
const problem = (index: Index): unknown => {
  try {
    return choosePlatform('app', index, amd)
  } catch (error) {
    return error
  }
}

test('takes what suits, or the only one when nothing is said of it', () => {
  const wanted = entry('amd', { platform: amd })
  expect(
    choosePlatform('app', indexOf(entry('x', { platform: { os: 'linux', architecture: 'arm64' } }), wanted), amd)
  ).toBe(wanted)
  const only = entry('only')
  expect(choosePlatform('app', indexOf(only), amd)).toBe(only)
})

test('says what there is when nothing suits, without attestations', () => {
  const platforms = [
    { os: 'linux', architecture: 'arm', variant: 'v6' },
    { os: 'unknown', architecture: 'unknown' }
  ]
  const index = indexOf(...platforms.map((platform, at) => entry(String(at), { platform })))
  expect(problem(index)).toMatchObject({
    code: 'not-found',
    message: 'image app is not made for linux/amd64; it is for: linux/arm/v6',
    hint: 'choose one of them with --platform, for example --platform linux/arm/v6'
  })
})

test('says that an index stands in place of images', () => {
  const inner = entry('inner', { mediaType: ociMediaTypes.index, platform: amd })
  expect(problem(indexOf(inner))).toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('lists only further indexes')
  })
  expect(problem(indexOf())).toMatchObject({ code: 'corrupt', message: 'the index of image app is empty' })
})
