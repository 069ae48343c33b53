import { randomImage, testIndexOf } from '@runcible/fixtures'
import type { BlobProgress, PullProgress } from '@runcible/interface'
import { expect, test } from 'vitest'
import { sandbox } from './sandbox.ts'

const arm = { os: 'linux', architecture: 'arm64' } as const
const amd = { os: 'linux', architecture: 'amd64' } as const

const kinds = (requests: readonly { readonly kind: string }[]): readonly string[] => requests.map(({ kind }) => kind)

test.each([
  ['oci', 'gzip'],
  ['oci', 'zstd'],
  ['oci', 'none'],
  ['docker', 'gzip']
] as const)('pulls a %s image with %s layers', async (format, compression) => {
  await using box = await sandbox()
  const image = randomImage({ format, compression, layers: 3 })
  const name = box.registry.put(image, 'team/app', 'v1')
  const pulled = await box.images.pull(name)
  expect(pulled).toMatchObject({ id: image.id, name, names: [name], diffIds: image.diffIds, labels: { random: 'yes' } })
  expect(pulled.manifest).toEqual(image.descriptor)
  expect(pulled.imageConfig.config?.Cmd).toEqual(['/bin/sh'])
  expect((await box.blobs()).map(({ digest }) => digest).toSorted()).toEqual(
    [image.descriptor.digest, ...image.blobs.keys()].toSorted()
  )
  expect((await box.snapshots()).map(({ kind }) => kind)).toEqual(['committed', 'committed', 'committed'])
  expect((await box.snapshots()).at(-1)?.key).toBe(pulled.chainId)
})

test('asks once for each thing, and once in all when everything is here', async () => {
  await using box = await sandbox()
  const name = box.registry.put(randomImage({ layers: 2 }), 'app')
  await box.images.pull(name)
  expect(kinds(box.registry.requests)).toEqual(['manifest', 'blob', 'blob', 'blob'])
  box.registry.requests.length = 0
  await box.images.pull(name)
  await box.again().pull(name)
  expect(kinds(box.registry.requests)).toEqual(['manifest', 'manifest'])
})

test('follows a tag that moved and keeps the image it pointed at', async () => {
  await using box = await sandbox()
  const [first, second] = [randomImage(), randomImage()]
  const name = box.registry.put(first, 'app')
  await box.images.pull(name)
  box.registry.put(second, 'app')
  expect(await box.images.pull(name)).toMatchObject({ id: second.id, names: [name] })
  expect((await box.images.list()).map(({ id, names }) => [id, names])).toEqual([
    [first.id, []],
    [second.id, [name]]
  ])
})

test('does not fetch or unpack layers that are here', async () => {
  await using box = await sandbox()
  const image = randomImage({ layers: 2 })
  await box.images.pull(box.registry.put(image, 'one'))
  box.registry.requests.length = 0
  const other = box.registry.put(image, 'two')
  await box.images.pull(other)
  expect(kinds(box.registry.requests)).toEqual(['manifest'])
  expect(await box.images.resolve(other)).toMatchObject({ id: image.id })
})

test('chooses from an index', async () => {
  await using box = await sandbox({ platform: arm })
  const [forArm, forAmd] = [randomImage({ platform: arm }), randomImage({ platform: amd })]
  const index = testIndexOf([
    { image: forAmd, platform: amd },
    { image: forArm, platform: arm }
  ])
  const name = box.registry.put(index, 'multi')
  const pulled = await box.images.pull(name)
  expect(pulled.id).toBe(forArm.id)
  expect(pulled.digests).toEqual([
    `${box.registry.host}/multi@${index.descriptor.digest}`,
    `${box.registry.host}/multi@${forArm.descriptor.digest}`
  ])
  expect(await box.images.pull(name, { platform: amd })).toMatchObject({ id: forAmd.id })
  await expect(box.images.pull(name, { platform: { os: 'linux', architecture: 's390x' } })).rejects.toMatchObject({
    code: 'not-found',
    message: `image ${name} is not made for linux/s390x; it is for: linux/amd64, linux/arm64`
  })
})

test('pulls by digest, of an index as of an image', async () => {
  await using box = await sandbox({ platform: amd })
  const image = randomImage({ platform: amd })
  const index = testIndexOf([{ image, platform: amd }])
  box.registry.put(index, 'app')
  const byImage = `${box.registry.host}/app@${image.descriptor.digest}`
  const byIndex = `${box.registry.host}/app@${index.descriptor.digest}`
  expect(await box.images.pull(byImage)).toMatchObject({ id: image.id, name: byImage, names: [] })
  expect(await box.images.pull(byIndex)).toMatchObject({ id: image.id, name: byIndex })
  expect(await box.images.pull(`${box.registry.host}/app:latest@${image.descriptor.digest}`)).toMatchObject({
    name: byImage
  })
})

test('many pulls at once do the work once', async () => {
  await using box = await sandbox()
  const image = randomImage({ layers: 4 })
  const name = box.registry.put(image, 'busy')
  const pulled = await Promise.all(Array.from({ length: 8 }, () => box.again().pull(name)))
  expect(new Set(pulled.map(({ id }) => id))).toEqual(new Set([image.id]))
  expect(kinds(box.registry.requests).filter((kind) => kind === 'blob')).toHaveLength(5)
  expect(await box.images.list()).toHaveLength(1)
})

test('reports every blob to its end', async () => {
  await using box = await sandbox()
  const image = randomImage({ layers: 2 })
  const events: PullProgress[] = []
  await box.images.pull(box.registry.put(image, 'app'), {}, { onProgress: (event) => events.push(event) })
  const blobs = events.filter((event): event is BlobProgress => event.type === 'blob')
  for (const layer of image.layers) {
    const phases = blobs.filter(({ digest }) => digest === layer.digest).map(({ phase }) => phase)
    expect(phases.filter((phase) => phase !== 'downloading')).toEqual(['waiting', 'verified', 'unpacking', 'done'])
  }
  expect(blobs.find(({ kind }) => kind === 'config')).toMatchObject({ phase: 'done', digest: image.config.digest })
})

test('looks for a short name in the registries to search', async () => {
  await using box = await sandbox()
  await using empty = await sandbox()
  const insecure = [box.registry.host, empty.registry.host]
  const images = box.again({ registries: { insecure, search: [empty.registry.host, box.registry.host] } })
  const image = randomImage()
  box.registry.put(image, 'tool')
  expect(await images.pull('tool')).toMatchObject({ id: image.id, name: `${box.registry.host}/tool:latest` })
  expect(await images.get('tool')).toMatchObject({ id: image.id })
  await expect(images.pull('nothing')).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('no registry gave nothing: ')
  })
})
