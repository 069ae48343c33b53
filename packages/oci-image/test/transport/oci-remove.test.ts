import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fakeStateStore } from '@runcible/fakes'
import { pushTestImage, randomImage, type TestImage, testIndexOf } from '@runcible/fixtures'
import { digestHex } from '@runcible/oci-spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ociRegistries } from '../../src/index.ts'
import { type Sandbox, sandbox } from '../sandbox.ts'

const undo = new AsyncDisposableStack()
const directory = mkdtempSync(join(tmpdir(), 'oci-remove-'))
undo.defer(() => rmSync(directory, { recursive: true }))
let box: Sandbox
let count = 0

beforeAll(async () => {
  box = undo.use(await sandbox())
})
afterAll(() => undo.disposeAsync())

const registries = ociRegistries({})({ state: fakeStateStore() })
const published = async (image: TestImage): Promise<string> =>
  `docker://${await pushTestImage(box.registry.host, image, `origin-${count++}`, 'v1')}`
const newLayout = (): string => join(directory, `layout-${count++}`)
const blobsIn = (path: string): readonly string[] => readdirSync(join(path, 'blobs', 'sha256')).toSorted()
const hexes = (...images: readonly TestImage[]): readonly string[] =>
  [...new Set(images.flatMap(({ blobs, descriptor }) => [...blobs.keys(), descriptor.digest]))]
    .map(digestHex)
    .toSorted()

interface LayoutIndex {
  readonly manifests: readonly { readonly digest: string }[]
  readonly annotations?: unknown
}
const indexOf = (path: string): LayoutIndex => JSON.parse(readFileSync(join(path, 'index.json'), 'utf8')) as LayoutIndex

test('the image goes with its blobs, and the other one stays whole', async () => {
  const [one, two] = [randomImage({ layers: 2 }), randomImage({ layers: 2 })]
  const layout = newLayout()
  await box.images.copy(await published(one), `oci:${layout}:one`)
  await box.images.copy(await published(two), `oci:${layout}:two`)
  writeFileSync(join(layout, 'index.json'), JSON.stringify({ ...indexOf(layout), annotations: { a: 'b' } }))
  await registries.remove(`oci:${layout}:one`)
  expect(blobsIn(layout)).toEqual(hexes(two))
  expect(indexOf(layout)).toMatchObject({ manifests: [{ digest: two.descriptor.digest }], annotations: { a: 'b' } })
  await expect(registries.remove(`oci:${layout}:one`)).rejects.toMatchObject({ code: 'not-found' })
  await registries.remove(`oci:${layout}`)
  expect(blobsIn(layout)).toEqual([])
})

test('blobs that another name or an index needs stay', async () => {
  const parts = (['amd64', 'arm64'] as const).map((architecture) => {
    const platform = { os: 'linux', architecture }
    return { platform, image: randomImage({ platform, layers: 1 }) }
  })
  const index = testIndexOf(parts)
  const at = await published(index)
  const layout = newLayout()
  await box.images.copy(at, `oci:${layout}:all`, { images: 'all' })
  const all = blobsIn(layout)
  await box.images.copy(at, `oci:${layout}:one`, { source: { platform: parts[1]!.platform } })
  await box.images.copy(at, `oci:${layout}:again`, { images: 'all' })
  await registries.remove(`oci:${layout}:again`)
  expect(blobsIn(layout)).toEqual(all)
  await registries.remove(`oci:${layout}:all`)
  expect(blobsIn(layout)).toEqual(hexes(parts[1]!.image))
})

test('blobs in a shared directory stay', async () => {
  const image = randomImage({ layers: 1 })
  const [layout, shared] = [newLayout(), newLayout()]
  const blobs = { sharedBlobDirectory: join(shared, 'blobs') }
  await box.images.copy(await published(image), `oci:${layout}:one`, { destination: blobs })
  await registries.remove(`oci:${layout}:one`, blobs)
  expect(indexOf(layout).manifests).toEqual([])
  expect(blobsIn(shared)).toEqual(hexes(image))
})

test('a layout in which another image cannot be read is left as it is', async () => {
  const [one, two] = [randomImage({ layers: 1 }), randomImage({ layers: 1 })]
  const layout = newLayout()
  await box.images.copy(await published(one), `oci:${layout}:one`)
  await box.images.copy(await published(two), `oci:${layout}:two`)
  const before = [indexOf(layout), blobsIn(layout)]
  writeFileSync(join(layout, 'blobs', 'sha256', digestHex(two.descriptor.digest)), '{}')
  await expect(registries.remove(`oci:${layout}:one`)).rejects.toMatchObject({ code: 'corrupt' })
  expect([indexOf(layout), blobsIn(layout)]).toEqual(before)
})
