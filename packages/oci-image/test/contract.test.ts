import { randomUUID } from 'node:crypto'
import { randomImage, tarArchive } from '@runcible/fixtures'
import { describeImageStore } from '@runcible/suites'
import { sandbox } from './sandbox.ts'

describeImageStore('oci-image over in-memory parts', async () => {
  const box = await sandbox()
  let count = 0
  const freshName = () => `${box.registry.host}/repository-${count++}:v1`
  const split = (name: string) => {
    const [repository = '', tag = ''] = name.slice(box.registry.host.length + 1).split(':')
    return { repository, tag }
  }
  return {
    images: box.images,
    other: box.again(),
    async publish({ name = freshName(), run } = {}) {
      const image = randomImage(run === undefined ? {} : { run })
      const { repository, tag } = split(name)
      box.registry.put(image, repository, tag)
      return { name, id: image.id, digest: image.descriptor.digest }
    },
    freshName,
    async registryDigest(name) {
      const { repository, tag } = split(name)
      return box.registry.state.manifest(repository, tag)?.digest
    },
    async *rootfs() {
      yield tarArchive([{ name: 'etc/os-release', content: `ID=${randomUUID()}\n` }])
    },
    contentCount: async () => (await box.blobs()).length + (await box.snapshots()).length,
    [Symbol.asyncDispose]: () => box[Symbol.asyncDispose]()
  }
})
