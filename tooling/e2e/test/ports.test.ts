import { createSocket } from 'node:dgram'
import { createServer } from 'node:http'
import { networkInterfaces } from 'node:os'
import { describe, expect, test } from 'vitest'
import { freePort, hostProgram, startFailure, useSandbox, waitFor } from '../src/index.ts'

const box = useSandbox()
const web = ['httpd', '-f', '-p', '80', '-h', '/var/www']
const serve = (name: string, ...flags: readonly string[]): Promise<string> =>
  box.ok('run', '-d', '--name', name, ...flags, box.image, ...web)
const get = (host: string): Promise<string> =>
  waitFor(`an answer of ${host}`, async () =>
    (await fetch(`http://${host}/`, { signal: AbortSignal.timeout(3_000) })).text()
  )
const page = 'hello from busybox\n'

/** An address of this host besides the loopback's. */
const outerAddress = (): string | undefined =>
  Object.entries(networkInterfaces())
    .filter(([name]) => /^(eth|en|wl)/.test(name))
    .flatMap(([, addresses]) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address

describe('-p', () => {
  test('a published port answers on every address of the host', async () => {
    const port = await freePort()
    await serve('web', '-p', `${port}:80`)
    expect(await get(`127.0.0.1:${port}`)).toBe(page)
    const outer = outerAddress()
    if (outer !== undefined) expect(await get(`${outer}:${port}`)).toBe(page)
    expect(await box.ok('port', 'web')).toBe(`80/tcp -> 0.0.0.0:${port}`)
    expect(await box.ok('ps', '--filter', 'name=web', '--format', '{{.Ports}}')).toBe(`0.0.0.0:${port}->80/tcp`)
  })

  test('a published port ends with its container, and comes back with it', async () => {
    const port = await freePort()
    await serve('returning', '-p', `${port}:80`)
    await get(`127.0.0.1:${port}`)
    await box.ok('stop', '-t', '0', 'returning')
    await expect(fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(2_000) })).rejects.toThrow()
    await box.ok('start', 'returning')
    expect(await get(`127.0.0.1:${port}`)).toBe(page)
  })

  test('an address of the host limits it', async () => {
    const port = await freePort()
    await serve('local', '-p', `127.0.0.1:${port}:80`)
    expect(await get(`127.0.0.1:${port}`)).toBe(page)
    const outer = outerAddress()
    if (outer !== undefined)
      await expect(fetch(`http://${outer}:${port}/`, { signal: AbortSignal.timeout(2_000) })).rejects.toThrow()
    expect(await box.ok('port', 'local', '80')).toBe(`127.0.0.1:${port}`)
  })

  test('without a port of the host a free one is chosen', async () => {
    await serve('chosen', '-p', '80')
    const [, port] = /^80\/tcp -> 0\.0\.0\.0:(\d+)$/.exec(await box.ok('port', 'chosen')) ?? []
    expect(Number(port)).toBeGreaterThan(1023)
    expect(await get(`127.0.0.1:${port}`)).toBe(page)
  })

  test('ranges', async () => {
    const first = await freePort()
    await serve('range', '-p', `127.0.0.1:${first}-${first + 1}:80-81`)
    expect(await box.ok('port', 'range')).toBe(`80/tcp -> 127.0.0.1:${first}\n81/tcp -> 127.0.0.1:${first + 1}`)
    expect(await get(`127.0.0.1:${first}`)).toBe(page)
  })

  test('udp', async () => {
    const port = await freePort()
    const echo =
      'require("dgram").createSocket("udp4").on("message", function (m, r) { this.send(m, r.port, r.address) }).bind(7)'
    await box.ok(
      'run',
      '-d',
      '--name',
      'udp',
      '-p',
      `${port}:7/udp`,
      ...hostProgram(process.execPath, '/bin/node'),
      box.image,
      'node',
      '-e',
      echo
    )
    const socket = createSocket('udp4')
    try {
      const answered = new Promise<string>((resolve) =>
        socket.once('message', (message) => resolve(message.toString()))
      )
      let answer: string | undefined
      void answered.then((text) => (answer = text))
      await waitFor('the echo', () => {
        socket.send('ping', port, '127.0.0.1')
        return answer
      })
      expect(answer).toBe('ping')
      expect(await box.ok('port', 'udp')).toBe(`7/udp -> 0.0.0.0:${port}`)
    } finally {
      socket.close()
    }
  })

  test('a port of another container is refused, and nothing of the second is left', async () => {
    const port = await freePort()
    await serve('holder', '-p', `${port}:80`)
    const error = await box.fails(
      startFailure,
      'run',
      '-d',
      '--rm',
      '--name',
      'late',
      '-p',
      `${port}:80`,
      box.image,
      ...web
    )
    expect(error).toMatch(new RegExp(`${port}|address already in use`))
    expect(await get(`127.0.0.1:${port}`)).toBe(page)
    await box.ok('rm', '-f', '-t', '0', 'holder')
    await box.ok('rm', '-f', '--ignore', 'late')
    await serve('next', '-p', `${port}:80`)
    expect(await get(`127.0.0.1:${port}`)).toBe(page)
  })

  test('a port of a program of the host is refused', async () => {
    const server = createServer()
    const port = await new Promise<number>((resolve) =>
      server.listen(0, () => resolve((server.address() as { port: number }).port))
    )
    try {
      const error = await box.fails(startFailure, 'run', '--rm', '-p', `${port}:80`, box.image, 'true')
      expect(error).toMatch(new RegExp(`${port}.*in use|in use.*${port}`))
    } finally {
      server.close()
    }
  })

  test.for(['65536:80', 'x:80', '80:80/icmp', '1.2.3.4.5:80:80'])('%s is an error', async (publish) => {
    await box.fails(125, 'run', '--rm', '-p', publish, box.image, 'true')
  })
})
