import { describeManifestLists } from '@runcible/suites'
import { type Descriptor, digestOf, ociMediaTypes } from '@runcible/oci-spec'
import { fakeManifestLists } from '../src/index.ts'

describeManifestLists('fake', async () => {
  const images = new Map<string, Descriptor>()
  const pushed = new Map<string, Uint8Array>()
  let count = 0
  return {
    manifests: fakeManifestLists({ images, pushed }),
    async image(platform) {
      const name = `registry.example.com/image-${count++}:1`
      const digest = digestOf(Buffer.from(name))
      images.set(name, { mediaType: ociMediaTypes.manifest, digest, size: 1, platform })
      return { name, digest }
    },
    freshName: () => `registry.example.com/list-${count++}:1`,
    pushed: async (name) => pushed.get(name),
    [Symbol.asyncDispose]: async () => undefined
  }
})
