import { describeVolumeDriver } from '@runcible/suites'
import { fakeVolumeDriver, type FakeVolumeFiles } from '@runcible/fakes'

describeVolumeDriver('fake', async () => {
  const images: FakeVolumeFiles[] = []
  const volumes = fakeVolumeDriver(([root]) => images[Number(root!.source)]!)
  return {
    volumes,
    other: volumes,
    image: async (files) => [
      { type: 'bind', source: `${images.push(new Map(Object.entries(files))) - 1}`, options: [] }
    ],
    write: async (mount, path, text) => {
      volumes.files(mount).set(path, { text, mode: 0o644, uid: 0, gid: 0 })
    },
    look: async (mount, path) => volumes.files(mount).get(path),
    [Symbol.asyncDispose]: async () => {}
  }
})
