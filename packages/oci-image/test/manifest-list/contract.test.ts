import { randomImage } from '@runcible/fixtures'
import { describeManifestLists } from '@runcible/suites'
import { ociManifestLists } from '../../src/index.ts'
import { sandbox } from '../sandbox.ts'

describeManifestLists('oci-image over in-memory parts', async () => {
  const box = await sandbox()
  let count = 0
  return {
    manifests: ociManifestLists({ registries: { insecure: [box.registry.host] } })(box.components),
    async image(platform) {
      const image = randomImage({ platform })
      const name = box.registry.put(image, `images/${count++}`)
      return { name, digest: image.descriptor.digest }
    },
    freshName: () => `${box.registry.host}/lists/${count++}:v1`,
    async pushed(name) {
      const [repository = '', tag = ''] = name.slice(box.registry.host.length + 1).split(':')
      return box.registry.state.manifest(repository, tag)?.bytes
    },
    [Symbol.asyncDispose]: () => box[Symbol.asyncDispose]()
  }
})
