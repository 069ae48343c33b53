import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomImage } from '@runcible/fixtures'
import { expect, test } from 'vitest'
import { sandbox } from '../sandbox.ts'

/** A server in front of another that holds every blob back a little and counts how many are under way. */
async function counting(target: string) {
  const count = { now: 0, most: 0 }
  const [hostname, port] = target.split(':')
  const server = createServer((incoming, answer) => {
    const isBlob = incoming.method === 'GET' && (incoming.url ?? '').includes('/blobs/')
    if (isBlob) count.most = Math.max(count.most, ++count.now)
    answer.on('close', () => (count.now -= isBlob ? 1 : 0))
    const forward = (): void => {
      const { method, url: path, headers } = incoming
      const upstream = httpRequest(
        { hostname, port, method, path, headers: { accept: headers.accept ?? '*/*' } },
        (got) => {
          answer.writeHead(got.statusCode ?? 500, got.headers)
          got.pipe(answer)
        }
      )
      upstream.end()
    }
    setTimeout(forward, isBlob ? 50 : 0)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    count,
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

test.each([1, 2, undefined])('with a limit of %s no more blobs come at a time', async (parallelDownloads) => {
  await using box = await sandbox()
  await using front = await counting(box.registry.host)
  const image = randomImage({ layers: 7 })
  box.registry.put(image, 'app')
  const images = box.again({
    registries: { insecure: [front.host] },
    ...(parallelDownloads === undefined ? {} : { parallelDownloads })
  })
  expect(await images.pull(`${front.host}/app`)).toMatchObject({ id: image.id })
  expect(front.count.most).toBeLessThanOrEqual(parallelDownloads ?? 3)
})

test('asks for tokens that allow what is done, and no more', async () => {
  const ann = { username: 'ann', password: 'pw' }
  await using box = await sandbox({}, { auth: { scheme: 'token', ...ann } })
  const name = box.registry.put(randomImage(), 'team/app')
  await box.images.pull(name, { auth: ann })
  await box.images.push(name, `${box.registry.host}/other/app`, { auth: ann })
  const scopes = box.registry.requests
    .filter(({ kind }) => kind === 'token')
    .map(({ path }) => new URL(path, 'http://x').searchParams.getAll('scope').toSorted())
  expect(new Set(scopes.map(String))).toEqual(
    new Set([
      'repository:team/app:pull',
      'repository:other/app:pull,repository:other/app:pull,push',
      'repository:other/app:pull,push,repository:team/app:pull'
    ])
  )
})
