import { randomUUID } from 'node:crypto'
import { type DockerRegistry, pushTestImage, randomImage, startDockerRegistry, tarArchive } from '@runcible/fixtures'
import type { Digest } from '@runcible/oci-spec'
import { describeImageStore } from '@runcible/suites'
import { afterAll, beforeAll } from 'vitest'
import { imageRoot, openImages } from './image-world.ts'

let registry: DockerRegistry
beforeAll(async () => {
  registry = await startDockerRegistry()
})
afterAll(() => registry[Symbol.asyncDispose]())

let count = 0

describeImageStore('oci-image over storage, state-sqlite and docker-registry', async () => {
  const undo = new AsyncDisposableStack()
  const init = { registries: { insecure: [registry.host] } }
  const root = await imageRoot(undo)
  const [world, other] = [openImages(root, init), openImages(root, init)]
  undo.defer(() => {
    world.state.close()
    other.state.close()
  })
  const freshName = () => `${registry.host}/repository-${count++}:v1`
  const split = (name: string) => name.slice(registry.host.length + 1).split(':') as [string, string]
  return {
    images: world.images,
    other: other.images,
    async publish({ name = freshName(), run } = {}) {
      const image = randomImage(run === undefined ? {} : { run })
      await pushTestImage(registry.host, image, ...split(name))
      return { name, id: image.id, digest: image.descriptor.digest }
    },
    freshName,
    async registryDigest(name) {
      const [repository, tag] = split(name)
      const headers = { accept: 'application/vnd.oci.image.manifest.v1+json' }
      const response = await fetch(`http://${registry.host}/v2/${repository}/manifests/${tag}`, {
        method: 'HEAD',
        headers
      })
      return (response.headers.get('docker-content-digest') ?? undefined) as Digest | undefined
    },
    async *rootfs() {
      yield tarArchive([
        { name: 'etc', type: 'directory' },
        { name: 'etc/os-release', content: `ID=${randomUUID()}\n` }
      ])
    },
    async contentCount() {
      const blobs = await Array.fromAsync(world.content.list())
      const layers = await Array.fromAsync(world.snapshotter.list())
      return blobs.length + layers.length + (await Array.fromAsync(world.content.ingests())).length
    },
    [Symbol.asyncDispose]: () => undo.disposeAsync()
  }
})
