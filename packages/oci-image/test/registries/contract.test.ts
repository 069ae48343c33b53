import { fakeStateStore } from '@runcible/fakes'
import { randomImage } from '@runcible/fixtures'
import { describeRegistries } from '@runcible/suites'
import { ociRegistries } from '../../src/index.ts'
import { scriptedServer } from '../registry/scripted-server.ts'

const auth = { username: 'ann', password: 'pa:ss' }
const authorization = `Basic ${Buffer.from('ann:pa:ss').toString('base64')}`

describeRegistries('oci-image', async () => {
  const image = randomImage()
  const { digest, mediaType } = image.descriptor
  const tags = ['v1', 'v2'] as const
  let removed = false
  const server = await scriptedServer((line, { headers }) => {
    if (headers.authorization !== authorization)
      return { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }
    const [method, path = ''] = line.split(' ')
    if (path === '/v2/') return {}
    if (path === '/v2/team/app/tags/list') return { body: JSON.stringify({ tags }) }
    if (path.startsWith('/v2/team/app/manifests/') && !removed) {
      removed = method === 'DELETE'
      if (removed) return { status: path.endsWith(digest) ? 202 : 400 }
      return { headers: { 'content-type': mediaType, 'docker-content-digest': digest }, body: image.manifest }
    }
    const blob = [...image.blobs].find(([name]) => path === `/v2/team/app/blobs/${name}`)
    return blob === undefined ? { status: 404 } : { body: blob[1] }
  })
  return {
    registries: ociRegistries({ registries: { insecure: [server.host] }, retry: { attempts: 1 } })({
      state: fakeStateStore()
    }),
    host: server.host,
    auth,
    repository: `${server.host}/team/app`,
    tags,
    raw: image.manifest,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]()
  }
})
