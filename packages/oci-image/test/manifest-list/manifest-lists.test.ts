import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomImage, startRegistry, testIndexOf, type TestImage } from '@runcible/fixtures'
import { digestOf, dockerMediaTypes, type Index, ociMediaTypes, type Platform } from '@runcible/oci-spec'
import { expect, test } from 'vitest'
import { ociManifestLists } from '../../src/index.ts'
import { sandbox, type Sandbox } from '../sandbox.ts'

const listsOf = (box: Sandbox) =>
  ociManifestLists({ registries: { insecure: [box.registry.host] }, retry: { attempts: 1 } })(box.components)

const amd: Platform = { os: 'linux', architecture: 'amd64' }
const arm: Platform = { os: 'linux', architecture: 'arm64' }

const indexAt = (box: Sandbox, repository: string, tag = 'v1'): Index =>
  JSON.parse(box.registry.state.manifest(repository, tag)!.bytes.toString()) as Index

const twoPlatforms = (): TestImage =>
  testIndexOf([
    { image: randomImage({ platform: amd }), platform: amd },
    { image: randomImage({ platform: arm }), platform: arm }
  ])

test('takes of an index the entry for this host, or all', async () => {
  await using box = await sandbox({ platform: arm })
  const lists = ociManifestLists({ registries: { insecure: [box.registry.host] }, platform: arm })(box.components)
  const image = box.registry.put(twoPlatforms(), 'app')
  expect((await lists.create('one', { images: [image] })).index.manifests).toMatchObject([{ platform: arm }])
  expect((await lists.create('two', { images: [image], all: true })).index.manifests).toMatchObject([
    { platform: amd },
    { platform: arm }
  ])
  await expect(lists.add('one', image, { all: true, entry: { os: 'linux' } })).rejects.toMatchObject({
    code: 'invalid-argument'
  })
})

test('pushes the images of the list from where each of them is', async () => {
  await using box = await sandbox()
  const lists = listsOf(box)
  const [local, remote] = [randomImage({ platform: amd }), randomImage({ platform: arm })]
  const localName = box.registry.put(local, 'local', 'v1')
  await box.images.pull(localName)
  await lists.create('list', { images: [localName, box.registry.put(remote, 'remote')] })
  // From here on the first is in this store alone.
  box.registry.state.manifests('local').clear()
  box.registry.state.blobs('local').clear()
  const digest = await lists.push('list', `${box.registry.host}/pushed:v1`)
  expect(indexAt(box, 'pushed').manifests.map((entry) => entry.digest)).toEqual([
    local.descriptor.digest,
    remote.descriptor.digest
  ])
  expect(box.registry.state.manifest('pushed', 'v1')!.digest).toBe(digest)
  for (const image of [local, remote])
    for (const blob of image.blobs.keys()) expect(box.registry.state.blobs('pushed').has(blob)).toBe(true)
})

test('keeps what a list has of an image that is removed, until the list goes', async () => {
  await using box = await sandbox()
  const lists = listsOf(box)
  const image = randomImage({ platform: amd })
  const name = box.registry.put(image, 'app', 'v1')
  await box.images.pull(name)
  await lists.create('list', { images: [name] })
  await box.images.remove(name)
  box.registry.state.manifests('app').clear()
  await lists.push('list', `${box.registry.host}/pushed:v1`)
  expect(indexAt(box, 'pushed').manifests).toMatchObject([{ digest: image.descriptor.digest }])
  await lists.remove('list')
  expect(await box.blobs()).toEqual([])
})

test('converts the list and its images', async () => {
  await using box = await sandbox()
  const lists = listsOf(box)
  await lists.create('list', { images: [box.registry.put(twoPlatforms(), 'app')], all: true, annotations: { a: 'b' } })
  await lists.push('list', `${box.registry.host}/docker:v1`, { format: 'docker' })
  const pushed = indexAt(box, 'docker')
  expect(pushed.mediaType).toBe(dockerMediaTypes.manifestList)
  expect(pushed.annotations).toBeUndefined()
  expect(pushed.manifests.map(({ mediaType }) => mediaType)).toEqual([
    dockerMediaTypes.manifest,
    dockerMediaTypes.manifest
  ])
})

test('adds images of another compression as entries of their own', async () => {
  await using box = await sandbox()
  const lists = listsOf(box)
  await lists.create('list', { images: [box.registry.put(randomImage({ platform: amd }), 'app')] })
  await lists.push('list', `${box.registry.host}/both:v1`, { addCompression: ['zstd', 'gzip'] })
  const [gzip, zstd, ...others] = indexAt(box, 'both').manifests
  expect(others).toEqual([])
  expect(zstd).toMatchObject({ platform: amd, annotations: { 'io.github.containers.compression.zstd': 'true' } })
  const layersOf = (digest: string) =>
    (
      JSON.parse(box.registry.state.manifest('both', digest)!.bytes.toString()) as {
        layers: { mediaType: string; digest: string }[]
      }
    ).layers
  expect(layersOf(gzip!.digest).every(({ mediaType }) => mediaType === ociMediaTypes.layerGzip)).toBe(true)
  for (const layer of layersOf(zstd!.digest)) {
    expect(layer.mediaType).toBe(ociMediaTypes.layerZstd)
    expect(digestOf(box.registry.state.blobs('both').get(layer.digest as `sha256:${string}`)!)).toBe(layer.digest)
  }
  await expect(
    lists.push('list', `${box.registry.host}/no:v1`, { addCompression: ['zstd'], all: false })
  ).rejects.toMatchObject({ code: 'invalid-argument' })
})

test('makes an artifact of files', async () => {
  await using box = await sandbox()
  const lists = listsOf(box)
  const directory = await mkdtemp(join(tmpdir(), 'lists-'))
  await using _undo = { [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) }
  await writeFile(join(directory, 'sbom.json'), '{}\n')
  await lists.create('list')
  const request = {
    files: [join(directory, 'sbom.json')],
    type: 'application/spdx+json',
    config: { text: '{"a":1}' }
  } as const
  const { index } = await lists.addArtifact('list', request)
  expect(index.manifests).toMatchObject([{ mediaType: ociMediaTypes.manifest, artifactType: 'application/spdx+json' }])
  await lists.push('list', `${box.registry.host}/pushed:v1`)
  const { config, layers } = JSON.parse(
    box.registry.state.manifest('pushed', index.manifests[0]!.digest)!.bytes.toString()
  ) as {
    config: object
    layers: object[]
  }
  expect(config).toMatchObject({ mediaType: 'application/vnd.unknown.config.v1+json', size: 7 })
  expect(layers).toMatchObject([{ size: 3, annotations: { 'org.opencontainers.image.title': 'sbom.json' } }])
  await expect(lists.addArtifact('list', { files: ['/nowhere'] })).rejects.toMatchObject({ code: 'invalid-argument' })
})

test('credentials for the destination go to no other registry', async () => {
  const [ann, bob] = [
    { username: 'ann', password: 'for the first' },
    { username: 'bob', password: 'for the other' }
  ]
  await using box = await sandbox({}, { auth: { scheme: 'basic', ...ann } })
  await using other = await startRegistry({ auth: { scheme: 'basic', ...bob } })
  const lists = ociManifestLists({
    registries: { insecure: [box.registry.host, other.host] },
    retry: { attempts: 1 }
  })(box.components)
  await lists.create('list')
  await lists.add('list', box.registry.put(randomImage({ platform: amd }), 'app'), { auth: ann })
  const before = box.registry.requests.length
  await expect(lists.push('list', `${other.host}/app:v1`, { auth: bob })).rejects.toMatchObject({
    code: 'unauthorized'
  })
  const asked = box.registry.requests.slice(before)
  expect(asked.length).toBeGreaterThan(0)
  expect(asked.map(({ authorization }) => authorization).filter((each) => each !== undefined)).toEqual([])
  // At the same registry they are for both sides.
  expect(await lists.push('list', `${box.registry.host}/pushed:v1`, { auth: ann })).toMatch(/^sha256:/)
})

test('loses nothing when several add to one list at the same time', async () => {
  await using box = await sandbox()
  await listsOf(box).create('list')
  const names = Array.from({ length: 6 }, (_, at) =>
    box.registry.put(randomImage({ platform: amd, layers: 1 }), `image-${at}`)
  )
  await Promise.all(names.map((name) => listsOf(box).add('list', name)))
  expect((await listsOf(box).get('list')).index.manifests).toHaveLength(6)
})

test('a name that an image has is no list', async () => {
  await using box = await sandbox()
  const lists = listsOf(box)
  const name = box.registry.put(randomImage(), 'app', 'v1')
  await box.images.pull(name)
  await expect(lists.create(name)).rejects.toMatchObject({ code: 'already-exists' })
  await expect(lists.get(name)).rejects.toMatchObject({
    code: 'invalid-argument',
    message: `${name}: image is not a manifest list`
  })
})

const json = (value: object): Buffer => Buffer.from(JSON.stringify(value))
const entry = (mediaType: string, bytes: Buffer) => ({
  mediaType,
  digest: digestOf(bytes),
  size: bytes.length,
  platform: amd
})

test.each([
  [
    'an index in an index',
    (box: Sandbox) => {
      const inner = json({ schemaVersion: 2, mediaType: ociMediaTypes.index, manifests: [] })
      box.registry.putManifest('bad', 'inner', inner, ociMediaTypes.index)
      return { outer: { manifests: [entry(ociMediaTypes.index, inner)] }, code: 'unsupported', names: digestOf(inner) }
    }
  ],
  [
    'an entry that has another size',
    (box: Sandbox) => {
      const image = randomImage({ platform: amd })
      box.registry.put(image, 'bad', 'image')
      return {
        outer: { manifests: [{ ...image.descriptor, size: 7, platform: amd }] },
        code: 'corrupt',
        names: image.descriptor.digest
      }
    }
  ],
  [
    'an entry that has another digest',
    (box: Sandbox) => {
      const digest = digestOf(Buffer.from('other'))
      box.registry.state.manifests('bad').set(digest, { bytes: json({}), mediaType: ociMediaTypes.manifest })
      return {
        outer: { manifests: [{ mediaType: ociMediaTypes.manifest, digest, size: 2, platform: amd }] },
        code: 'corrupt',
        names: digest
      }
    }
  ],
  [
    'an index for a manifest',
    (box: Sandbox) => {
      const inner = json({ schemaVersion: 2, mediaType: ociMediaTypes.index, manifests: [] })
      box.registry.putManifest('bad', 'inner', inner, ociMediaTypes.index)
      return { outer: { manifests: [entry(ociMediaTypes.manifest, inner)] }, code: 'corrupt', names: 'bad' }
    }
  ],
  [
    'more entries than anybody needs',
    () => {
      const manifests = Array.from({ length: 1001 }, (_, at) => entry(ociMediaTypes.manifest, Buffer.from(String(at))))
      return { outer: { manifests }, code: 'corrupt', names: 'the limit is 1000' }
    }
  ]
])('refuses %s, and keeps nothing', async (_, make) => {
  await using box = await sandbox()
  const { outer, code, names } = make(box)
  const index = json({ schemaVersion: 2, mediaType: ociMediaTypes.index, ...outer })
  const name = box.registry.putManifest('bad', 'v1', index, ociMediaTypes.index)
  const lists = listsOf(box)
  await expect(lists.create('list', { images: [name], all: true })).rejects.toMatchObject({
    code,
    message: expect.stringContaining(names)
  })
  expect(await lists.list()).toEqual([])
  expect(await box.blobs()).toEqual([])
})

test('refuses an index without end', async () => {
  await using box = await sandbox()
  box.registry.put(randomImage(), 'app', 'v1')
  box.registry.addFault({ on: 'manifest', action: 'huge' })
  await expect(listsOf(box).create('list', { images: [`${box.registry.host}/app:v1`] })).rejects.toMatchObject({
    message: expect.stringMatching(/4 MiB|larger|longer/)
  })
})
