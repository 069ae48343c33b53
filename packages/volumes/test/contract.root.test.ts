import { describeVolumeDriver } from '@runcible/suites'
import { lookAt, volumeSandbox, writeFiles } from './volume-sandbox.ts'

describeVolumeDriver('local', async () => {
  const box = await volumeSandbox()
  return {
    volumes: box.volumes(),
    other: box.volumes(),
    image: (files) => box.image((root) => writeFiles(root, files)),
    write: async (mount, path, text) =>
      writeFiles(mount.source, { [`/${path}`]: { text, mode: 0o644, uid: 0, gid: 0 } }),
    look: async (mount, path) => lookAt(`${mount.source}/${path}`),
    [Symbol.asyncDispose]: () => box[Symbol.asyncDispose]()
  }
})
