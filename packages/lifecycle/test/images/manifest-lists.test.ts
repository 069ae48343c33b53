import { fakeImageStore, fakeManifestLists, publishFakeImage, type FakeRegistry } from '@runcible/fakes'
import type { OperationProgress } from '@runcible/interface'
import { type Descriptor, hostPlatform, ociMediaTypes } from '@runcible/oci-spec'
import { describe, expect, it } from 'vitest'
import { tellOtherPlatform } from '../../src/images/expected-platform.ts'
import { fakeEngine } from '../support/fake-engine.ts'

const name = 'docker.io/library/busybox:latest'

async function withList() {
  const registry: FakeRegistry = new Map()
  publishFakeImage(registry, name, { Cmd: ['sh'] })
  const images = new Map<string, Descriptor>()
  const made = await fakeEngine({ images: fakeImageStore({ registry }), manifests: fakeManifestLists({ images }) })
  const image = await made.engine.images.inspect(name)
  images.set(name, { ...image.manifest, mediaType: ociMediaTypes.manifest, platform: hostPlatform() })
  const list = await made.engine.manifests.create('list', { images: [name] })
  return { ...made, image, list }
}

describe('manifest lists among images', () => {
  it('are listed, found and removed like images', async () => {
    await using made = await withList()
    const { images } = made.engine
    const { id, bytes } = made.list
    expect((await images.list()).map((image) => image.names)).toEqual([[name], ['localhost/list:latest']])
    const filtered = await images.list({ filters: { manifest: ['true'] } })
    expect(filtered).toMatchObject([{ id, size: bytes.length, isManifestList: true }])
    expect(await images.list({ filters: { manifest: ['false'] } })).toMatchObject([{ names: [name] }])
    expect(await images.exists('list')).toBe(true)
    expect(await images.remove('list')).toEqual({ untagged: ['localhost/list:latest'], deleted: [id] })
    expect(await images.exists('list')).toBe(false)
    await expect(images.remove('list')).rejects.toMatchObject({ code: 'not-found' })
    expect(await images.exists(name)).toBe(true)
  })

  it('give a container the image for its platform', async () => {
    await using made = await withList()
    const { config } = await made.engine.containers.create({ image: 'list' })
    expect(config.image.id).toBe(made.image.id)
    const other = made.engine.containers.create({ image: 'list', platform: { os: 'linux', architecture: 's390x' } })
    await expect(other).rejects.toMatchObject({ code: 'not-found' })
  })

  it('keep their one name', async () => {
    await using made = await withList()
    const { images } = made.engine
    await expect(images.tag('list', 'other')).rejects.toMatchObject({ code: 'unsupported' })
    await expect(images.untag('list')).rejects.toMatchObject({ code: 'unsupported' })
    await expect(images.tag('absent', 'other')).rejects.toMatchObject({ code: 'not-found' })
  })

  it('are not pruned, and a removed image leaves them', async () => {
    await using made = await withList()
    const { images, manifests } = made.engine
    expect(await images.prune({ all: true })).toEqual([made.image.id])
    expect(await manifests.list()).toHaveLength(1)
  })
})

describe('an image for another platform', () => {
  const told = (platform: string, wanted?: string): readonly OperationProgress[] => {
    const events: OperationProgress[] = []
    const of = (architecture: string) => ({ os: 'linux', architecture })
    tellOtherPlatform({ platform: of(platform) }, wanted === undefined ? undefined : of(wanted), {
      onProgress: (event) => events.push(event)
    })
    return events
  }

  it('is told of in podman’s words', () => {
    expect(told('s390x', 'arm64')).toEqual([
      {
        type: 'message',
        text: 'WARNING: image platform (linux/s390x) does not match the expected platform (linux/arm64)'
      }
    ])
    expect(told('s390x')).toHaveLength(1)
  })

  it('is not told of when it was asked for, is the host’s, or says nothing', () => {
    expect([told('s390x', 's390x'), told(hostPlatform().architecture), told('')]).toEqual([[], [], []])
  })
})
