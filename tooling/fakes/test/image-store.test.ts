import { describeImageStore } from '@runcible/suites'
import { type FakeRegistry, fakeImageStore, publishFakeImage } from '@runcible/fakes'

describeImageStore('fake', async () => {
  const registry: FakeRegistry = new Map()
  const images = fakeImageStore({ registry })
  let count = 0
  const freshName = () => `registry.test:5000/repository-${count++}:v1`
  return {
    images,
    other: images,
    async publish({ name = freshName(), run = {} } = {}) {
      return { name, ...publishFakeImage(registry, name, run) }
    },
    freshName,
    registryDigest: async (name) => registry.get(name)?.record.manifest.digest,
    async *rootfs() {
      yield Buffer.from(`root file system ${count++}`)
    },
    contentCount: async () => 0,
    async [Symbol.asyncDispose]() {}
  }
})
