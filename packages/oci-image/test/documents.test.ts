import { randomImage, testImageOf, tarArchive } from '@runcible/fixtures'
import { digestOf, dockerMediaTypes, ociMediaTypes } from '@runcible/oci-spec'
import { expect, test } from 'vitest'
import { ociImageStore } from '../src/index.ts'
import { type Sandbox, sandbox } from './sandbox.ts'

const bytes = (value: object) => Buffer.from(JSON.stringify(value))

async function expectRefused(
  box: Sandbox,
  document: object | Buffer,
  mediaType: string,
  expected: object
): Promise<void> {
  const name = box.registry.putManifest(
    'odd',
    'latest',
    Buffer.isBuffer(document) ? document : bytes(document),
    mediaType
  )
  await expect(box.images.pull(name)).rejects.toMatchObject(expected)
  expect(await box.images.list()).toEqual([])
  expect(await box.blobs()).toEqual([])
  expect(await box.snapshots()).toEqual([])
}

const image = randomImage()
const manifest = JSON.parse(image.manifest.toString()) as Record<string, unknown>

test.each<[string, object | Buffer, string, object]>([
  [
    'an empty index',
    { schemaVersion: 2, mediaType: ociMediaTypes.index, manifests: [] },
    ociMediaTypes.index,
    { code: 'corrupt', message: expect.stringContaining('is empty') }
  ],
  [
    'a document that is both, as a manifest',
    { ...manifest, manifests: [image.descriptor] },
    ociMediaTypes.manifest,
    { code: 'corrupt' }
  ],
  [
    'a document that is both, as an index',
    { ...manifest, mediaType: ociMediaTypes.index, manifests: [image.descriptor] },
    ociMediaTypes.index,
    { code: 'corrupt' }
  ],
  ['a manifest sent as an index', manifest, ociMediaTypes.index, { code: 'corrupt' }],
  [
    'schema 1',
    { schemaVersion: 1, fsLayers: [], history: [] },
    dockerMediaTypes.manifestSchema1Signed,
    { code: 'unsupported', message: expect.stringContaining('schema 1') }
  ],
  [
    'schema 1 in disguise',
    { schemaVersion: 1, fsLayers: [] },
    ociMediaTypes.manifest,
    { code: 'unsupported', message: expect.stringContaining('schema 1') }
  ],
  [
    'no JSON',
    Buffer.from('<html>'),
    ociMediaTypes.manifest,
    { code: 'corrupt', message: expect.stringContaining('not valid JSON') }
  ],
  [
    'an artifact',
    {
      ...manifest,
      config: { ...(manifest['config'] as object), mediaType: 'application/vnd.cncf.helm.config.v1+json' }
    },
    ociMediaTypes.manifest,
    { code: 'unsupported', message: expect.stringContaining('is not a container image but application/vnd.cncf.helm') }
  ],
  [
    'a config of 9 MiB',
    { ...manifest, config: { ...(manifest['config'] as object), size: 9 * 1024 * 1024 } },
    ociMediaTypes.manifest,
    { code: 'corrupt', message: expect.stringContaining('limit of 8 MiB') }
  ],
  [
    'a digest that leads elsewhere',
    { ...manifest, config: { ...(manifest['config'] as object), digest: 'sha256:../../etc/passwd' } },
    ociMediaTypes.manifest,
    { code: 'corrupt' }
  ],
  [
    '501 layers',
    { ...manifest, layers: Array.from({ length: 501 }, () => image.layers[0]) },
    ociMediaTypes.manifest,
    { code: 'unsupported', message: expect.stringContaining('501 layers') }
  ]
])('refuses %s', async (_, document, mediaType, expected) => {
  await using box = await sandbox()
  box.registry.put(image, 'odd', 'other')
  await expectRefused(box, document, mediaType, expected)
})

test('refuses more layers than the config knows', async () => {
  await using box = await sandbox()
  box.registry.put(image, 'odd', 'other')
  await expectRefused(box, { ...manifest, layers: [...image.layers, ...image.layers] }, ociMediaTypes.manifest, {
    code: 'corrupt',
    message: expect.stringContaining('has 4 layers but its config names 2')
  })
})

test('refuses a layer that unpacks to something else', async () => {
  await using box = await sandbox()
  const other = randomImage()
  box.registry.put(other, 'odd', 'other')
  box.registry.put(image, 'odd', 'one')
  await expectRefused(box, { ...manifest, layers: other.layers }, ociMediaTypes.manifest, {
    code: 'corrupt',
    message: expect.stringContaining('unpacks to')
  })
})

test('refuses an image of another operating system', async () => {
  await using box = await sandbox()
  const windows = randomImage({ platform: { os: 'windows', architecture: 'amd64' } })
  await expect(box.images.pull(box.registry.put(windows, 'win'))).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('is for windows/amd64')
  })
  expect(await box.blobs()).toEqual([])
})

test('says when a lone image is for another machine, and takes it', async () => {
  await using box = await sandbox({ platform: { os: 'linux', architecture: 'amd64' } })
  const foreign = randomImage({ platform: { os: 'linux', architecture: 's390x' } })
  const messages: string[] = []
  const name = box.registry.put(foreign, 'app')
  await box.images.pull(name, {}, { onProgress: (event) => event.type === 'message' && messages.push(event.text) })
  expect(messages).toEqual([`image ${name} is made for linux/s390x, not for linux/amd64`])
})

test('takes a generic content type by what the document says', async () => {
  await using box = await sandbox()
  box.registry.put(image, 'app')
  const name = box.registry.putManifest('app', 'latest', image.manifest, 'application/json')
  expect(await box.images.pull(name)).toMatchObject({ id: image.id })
})

test('an image without layers, and one with the same layer twice', async () => {
  await using box = await sandbox()
  const empty = testImageOf({ tars: [] })
  const pulled = await box.images.pull(box.registry.put(empty, 'empty'))
  expect(pulled).toMatchObject({ id: empty.id, layers: [] })
  expect(pulled.chainId).toBeUndefined()
  const tar = tarArchive([{ name: 'a', content: 'a' }])
  const twice = testImageOf({ tars: [tar, tar], compression: 'none' })
  expect(twice.layers[0]?.digest).toBe(digestOf(tar))
  expect(await box.images.pull(box.registry.put(twice, 'twice'))).toMatchObject({ id: twice.id })
})

test.each(['manifest', 'config'] as const)('a stored blob of another size is not read as a %s', async (kind) => {
  await using box = await sandbox()
  const pulled = await box.images.pull(box.registry.put(image, 'app'))
  const [layer] = image.layers
  const read: string[] = []
  const { reader } = box.components.content
  const content = {
    ...box.components.content,
    reader: (...args: Parameters<typeof reader>) => {
      read.push(args[0])
      return reader(...args)
    }
  }
  const images = ociImageStore({ registries: { insecure: [box.registry.host] } })({ ...box.components, content })
  const descriptor = { digest: layer?.digest, size: 100 }
  const document =
    kind === 'config'
      ? { ...manifest, config: { ...descriptor, mediaType: ociMediaTypes.config } }
      : {
          schemaVersion: 2,
          mediaType: ociMediaTypes.index,
          manifests: [{ ...descriptor, mediaType: ociMediaTypes.manifest, platform: pulled.platform }]
        }
  const type = kind === 'config' ? ociMediaTypes.manifest : ociMediaTypes.index
  const name = box.registry.putManifest('odd', 'latest', bytes(document), type)
  await expect(images.pull(name)).rejects.toMatchObject({ code: 'corrupt', message: expect.stringContaining('100') })
  expect(read).toEqual([])
})
