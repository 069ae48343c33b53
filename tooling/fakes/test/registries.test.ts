import { fakeRegistries } from '@runcible/fakes'
import { describeRegistries } from '@runcible/suites'

describeRegistries('in memory', async () => {
  const raw = Buffer.from('{"schemaVersion":2}')
  const [host, auth] = ['registry.test', { username: 'ann', password: 'pw' }]
  const repository = `${host}/team/app`
  const tags = ['v1', 'v2'] as const
  return {
    registries: fakeRegistries({
      users: { [host]: auth },
      tags: { [repository]: tags, [`docker://${repository}`]: tags },
      images: {
        [`docker://${repository}:v1`]: {
          repository,
          digest: `sha256:${'1'.repeat(64)}`,
          raw,
          manifest: raw,
          config: Buffer.from('{"rootfs":{}}'),
          tags
        }
      }
    }),
    host,
    auth,
    repository,
    tags,
    raw,
    [Symbol.asyncDispose]: async () => undefined
  }
})
