import { randomImage, testIndexOf } from '@runcible/fixtures'
import { digestOf, ociMediaTypes, type Platform } from '@runcible/oci-spec'
import { expect, test } from 'vitest'
import { openImage, openIndex, openSource } from '../src/index.ts'
import { sandbox, type Sandbox } from './sandbox.ts'

const amd: Platform = { os: 'linux', architecture: 'amd64' }
const arm: Platform = { os: 'linux', architecture: 'arm64' }
const sourceOf = (box: Sandbox, name: string) =>
  openSource(`docker://${name}`, { registries: { insecure: [box.registry.host] }, retry: { attempts: 1 } })

test('an image is its manifest, its config and its layers, and none of them can be changed', async () => {
  await using box = await sandbox()
  const made = randomImage({ platform: arm, layers: 3, compression: ['gzip', 'zstd', 'none'] })
  await using source = await sourceOf(box, box.registry.put(made, 'app'))
  const image = await openImage(source)
  expect(image).toMatchObject({ digest: made.descriptor.digest, mediaType: ociMediaTypes.manifest, platform: arm })
  expect(image.config.config?.Cmd).toEqual(['/bin/sh'])
  expect(image.history.map((step) => step.created_by)).toEqual(['layer 0', 'layer 1', 'layer 2'])
  expect(image.layers.map(({ compression }) => compression)).toEqual(['gzip', 'zstd', 'none'])
  for (const [at, layer] of image.layers.entries()) {
    const [packed, tar] = [
      Buffer.concat(await Array.fromAsync(layer.bytes())),
      Buffer.concat(await Array.fromAsync(layer.tar()))
    ]
    expect([digestOf(packed), packed.length]).toEqual([layer.digest, layer.size])
    expect(digestOf(tar)).toBe(made.diffIds[at])
  }
  expect(() => Object.assign(image.config, { os: 'other' })).toThrow(TypeError)
  expect(() => (image.layers as unknown[]).push('one more')).toThrow(TypeError)
  expect(() => Object.assign(image.manifest.layers[0]!, { size: 0 })).toThrow(TypeError)
})

test('an index tells its platforms, and opens the image of each', async () => {
  await using box = await sandbox()
  const images = [amd, arm].map((platform) => ({ image: randomImage({ platform }), platform }))
  await using source = await sourceOf(box, box.registry.put(testIndexOf(images), 'app'))
  const index = await openIndex(source)
  expect(index.platforms).toEqual([amd, arm])
  expect((await index.image(arm)).digest).toBe(images[1]!.image.descriptor.digest)
  expect((await index.image(images[0]!.image.descriptor.digest)).platform).toEqual(amd)
  expect((await openImage(source, { platform: arm })).digest).toBe(images[1]!.image.descriptor.digest)
  await expect(index.image({ os: 'linux', architecture: 's390x' })).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('it is for: linux/amd64, linux/arm64')
  })
  await expect(index.image(digestOf(Buffer.from('x')))).rejects.toMatchObject({ code: 'not-found' })
})

test('one image is no index, and a layer that unpacks to something else is told', async () => {
  await using box = await sandbox()
  const made = randomImage({ layers: 1 })
  const config = JSON.parse(made.blobs.get(made.config.digest)!.toString()) as { rootfs: { diff_ids: string[] } }
  config.rootfs.diff_ids = [digestOf(Buffer.from('something else'))]
  const bytes = Buffer.from(JSON.stringify(config))
  box.registry.put(made, 'app')
  box.registry.state.blobs('app').set(digestOf(bytes), bytes)
  const manifest = {
    schemaVersion: 2,
    mediaType: ociMediaTypes.manifest,
    config: { ...made.config, digest: digestOf(bytes), size: bytes.length },
    layers: made.layers
  }
  const name = box.registry.putManifest('app', 'liar', Buffer.from(JSON.stringify(manifest)), ociMediaTypes.manifest)
  await using source = await sourceOf(box, name)
  await expect(openIndex(source)).rejects.toMatchObject({ code: 'invalid-argument', hint: 'open it with openImage' })
  const [layer] = (await openImage(source)).layers
  await expect(Array.fromAsync(layer!.tar())).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringContaining(config.rootfs.diff_ids[0]!)
  })
})
