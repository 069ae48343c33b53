import { randomImage, startRegistry } from '@runcible/fixtures'
import { expect, test } from 'vitest'
import { sandbox } from './sandbox.ts'

const verbs = (requests: readonly { readonly method: string; readonly kind: string }[]) =>
  requests.map(({ method, kind }) => `${method} ${kind}`)

test.each(['oci', 'docker'] as const)('a pulled %s image arrives byte by byte the same', async (format) => {
  await using box = await sandbox()
  await using target = await startRegistry()
  const image = randomImage({ format, layers: 3 })
  const images = box.again({ registries: { insecure: [box.registry.host, target.host] } })
  const name = box.registry.put(image, 'app')
  await images.pull(name)
  expect(await images.push(name, `${target.host}/copy/app:v2`)).toBe(image.descriptor.digest)
  expect(target.state.manifest('copy/app', 'v2')).toMatchObject({
    bytes: image.manifest,
    mediaType: image.descriptor.mediaType
  })
  expect([...target.state.blobs('copy/app').keys()].toSorted()).toEqual([...image.blobs.keys()].toSorted())
})

test('blobs that are there are not sent, those of another repository are lent', async () => {
  await using box = await sandbox()
  const image = randomImage({ layers: 2 })
  const name = box.registry.put(image, 'app')
  await box.images.pull(name)
  box.registry.requests.length = 0
  await box.images.push(name)
  expect(verbs(box.registry.requests)).toEqual(['HEAD blob', 'HEAD blob', 'HEAD blob', 'PUT manifest'])
  box.registry.requests.length = 0
  await box.images.push(name, `${box.registry.host}/other`)
  const sent = box.registry.requests
    .filter(({ kind }) => kind === 'upload')
    .map(({ method, path }) => [method, path.includes('mount=')])
  expect(sent.filter(([, mounts]) => mounts)).toHaveLength(2)
  expect(box.registry.state.manifest('other', 'latest')?.digest).toBe(image.descriptor.digest)
})

test.each([[100_000], [1024 ** 3]])('sends blobs in requests of %i bytes', async (uploadChunkSize) => {
  await using box = await sandbox({ uploadChunkSize })
  const image = randomImage({ layers: 1, entries: 1, fileSize: 350_000, compression: 'none' })
  await using target = await startRegistry()
  const images = box.again({ registries: { insecure: [box.registry.host, target.host] } })
  const name = box.registry.put(image, 'app')
  await images.pull(name)
  await images.push(name, `${target.host}/app`)
  expect(target.state.manifest('app', 'latest')?.digest).toBe(image.descriptor.digest)
  expect(target.requests.filter(({ method }) => method === 'PATCH')).toHaveLength(uploadChunkSize === 100_000 ? 4 : 0)
})

test.each([
  [{ on: 'upload', action: 'status', status: 500, times: 1 }],
  [{ on: 'upload', action: 'reset', times: 2 }],
  [{ on: 'manifest', action: 'status', status: 429, retryAfter: '0', times: 1 }]
] as const)('gets over %j', async (fault) => {
  await using box = await sandbox()
  const image = randomImage()
  const name = box.registry.put(image, 'app')
  await box.images.pull(name)
  await using target = await startRegistry({ faults: [fault] })
  const images = box.again({ registries: { insecure: [target.host] } })
  expect(await images.push(name, `${target.host}/app`)).toBe(image.descriptor.digest)
})

test('logs in for a push, and says so when it may not', async () => {
  await using box = await sandbox()
  const name = box.registry.put(randomImage(), 'app')
  await box.images.pull(name)
  const auth = { scheme: 'token', username: 'ann', password: 'pw' } as const
  await using target = await startRegistry({ auth })
  const images = box.again({ registries: { insecure: [target.host] } })
  await images.push(name, `${target.host}/app`, { auth })
  expect(target.state.manifest('app', 'latest')).toBeDefined()
  await expect(images.push(name, `${target.host}/app`)).rejects.toMatchObject({
    code: 'unauthorized',
    message: expect.stringContaining('wants credentials to push to app')
  })
  target.addFault({ on: 'upload', action: 'status', status: 403 })
  await expect(images.push(name, `${target.host}/new`, { auth })).rejects.toMatchObject({
    code: 'unauthorized',
    message: expect.stringContaining('does not allow to push to new')
  })
})

test('a layer that was not downloaded comes for the push', async () => {
  await using box = await sandbox()
  const plain = randomImage({ layers: 1, compression: 'none' })
  await box.images.pull(box.registry.put(plain, 'plain'))
  // The same layer under another digest: it is unpacked already, so only the description is fetched.
  const { testImageOf } = await import('@runcible/fixtures')
  const tar = plain.blobs.get(plain.layers[0]?.digest as never) as Buffer
  const packed = testImageOf({ tars: [tar], compression: 'gzip', run: { Cmd: ['/other'] } })
  const name = box.registry.put(packed, 'packed')
  box.registry.requests.length = 0
  await box.images.pull(name)
  expect(verbs(box.registry.requests)).toEqual(['GET manifest', 'GET blob'])
  await using target = await startRegistry()
  const images = box.again({ registries: { insecure: [box.registry.host, target.host] } })
  expect(await images.push(name, `${target.host}/app`)).toBe(packed.descriptor.digest)
  expect(target.state.blobs('app').has(packed.layers[0]?.digest as never)).toBe(true)
})

test('a cancelled push stops', async () => {
  await using box = await sandbox({ retry: { stallTimeout: 60_000 } })
  const name = box.registry.put(randomImage(), 'app')
  await box.images.pull(name)
  box.registry.addFault({ on: 'blob', action: 'status', status: 503, retryAfter: '30' })
  const controller = new AbortController()
  const push = box.images.push(name, undefined, {}, { signal: controller.signal })
  setTimeout(() => controller.abort(), 60)
  await expect(push).rejects.toMatchObject({ code: 'aborted' })
})
