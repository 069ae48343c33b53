import { createServer, request as httpRequest } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomImage } from '@runcible/fixtures'
import { afterEach, expect, test, vi } from 'vitest'
import { sandbox } from './sandbox.ts'

afterEach(() => vi.unstubAllEnvs())

test('goes through the proxy of the environment, but never to this host', async () => {
  await using undo = new AsyncDisposableStack()
  const box = undo.use(await sandbox())
  const asked: string[] = []
  const proxy = createServer((incoming, answer) => {
    const url = new URL(incoming.url ?? '')
    asked.push(`GET ${url.host}`)
    const [hostname, port] = box.registry.host.split(':')
    httpRequest(
      { hostname, port, path: url.pathname, headers: { accept: incoming.headers.accept ?? '*/*' } },
      (response) => {
        answer.writeHead(response.statusCode ?? 500, response.headers)
        response.pipe(answer)
      }
    ).end()
  })
  // A tunnel is for https, which that registry does not speak.
  proxy.on('connect', (incoming, client) => {
    asked.push(`CONNECT ${incoming.url}`)
    client.on('error', () => undefined)
    client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  undo.defer(() => {
    proxy.close()
    proxy.closeAllConnections()
  })
  const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
  for (const name of ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY']) vi.stubEnv(name, url)
  await box.images.pull(box.registry.put(randomImage(), 'app'))
  expect(asked).toEqual([])
  const other = randomImage()
  box.registry.put(other, 'app')
  expect(await box.images.pull('registry.invalid:5000/app', { tlsVerify: false })).toMatchObject({ id: other.id })
  expect(new Set(asked)).toEqual(new Set(['CONNECT registry.invalid:5000', 'GET registry.invalid:5000']))
})
