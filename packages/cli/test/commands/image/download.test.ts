import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { download } from '../../../src/commands/image/download.ts'

async function serving(listener: RequestListener): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

const signal = new AbortController().signal
const limits = { patience: 5000, redirects: 3 }
const read = async (url: string, own: Partial<typeof limits> = {}): Promise<string> =>
  Buffer.concat(await Array.fromAsync(download(url, signal, { ...limits, ...own }))).toString()

test('follows redirects, with credentials for the first host only', async () => {
  const seen: (string | undefined)[] = []
  await using other = await serving((request, response) => {
    seen.push(request.headers.authorization)
    response.end('content')
  })
  await using server = await serving((request, response) => {
    seen.push(request.headers.authorization)
    response.writeHead(302, { location: request.url === '/a' ? '/b' : other.url }).end()
  })
  expect(await read(`${server.url.replace('//', '//me:s%40id@')}/a`)).toBe('content')
  const own = `Basic ${Buffer.from('me:s@id').toString('base64')}`
  expect(seen).toEqual([own, own, undefined])
})

test('tells what is wrong, without what is secret in the URL', async () => {
  await using server = await serving((request, response) => {
    if (request.url?.startsWith('/loop') === true) response.writeHead(302, { location: '/loop' }).end()
    else if (request.url === '/file') response.writeHead(302, { location: 'file:///etc/passwd' }).end()
    else response.writeHead(404).end()
  })
  const failure = (path: string) => read(`${server.url.replace('//', '//me:secret@')}${path}`)
  await expect(failure('/none?key=secret')).rejects.toThrow(`cannot fetch ${server.url}/none: the server answered 404`)
  await expect(failure('/loop')).rejects.toThrow(`cannot fetch ${server.url}/loop: more than 3 redirects`)
  await expect(failure('/file')).rejects.toThrow('it redirects to file')
  await expect(read('http://127.0.0.1:1/x')).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/^cannot fetch http:\/\/127.0.0.1:1\/x: .*\S/)
  })
})

test('does not wait without end', async () => {
  await using server = await serving((request, response) => {
    if (request.url === '/stall') response.write('some')
  })
  for (const path of ['/silent', '/stall']) {
    await expect(read(server.url + path, { patience: 100 })).rejects.toMatchObject({
      code: 'timeout',
      message: expect.stringContaining('nothing came for 0.1 seconds')
    })
  }
})

test('stops when told to', async () => {
  await using server = await serving(() => {})
  const stop = new AbortController()
  const reading = Array.fromAsync(download(server.url, stop.signal, limits))
  stop.abort()
  await expect(reading).rejects.toThrow()
})
