import { sampleExitedContainer, sampleRunningContainer } from '@runcible/fakes'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createApiServer } from '../src/index.ts'
import { exchange } from './support/http.ts'
import { scriptedEngine } from './support/scripted-engine.ts'

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const words = [
  '_ping',
  'version',
  'info',
  'containers',
  'json',
  'libpod',
  'v1.41',
  'v1.24',
  'v1.0',
  'v5.0.0',
  'v4',
  'v9999999999.9',
  'v1.41.',
  'v',
  '..',
  '.',
  '',
  '%2e%2e',
  '%',
  '%00',
  '%ff',
  '%zz',
  'é',
  '*',
  ':id',
  'constructor',
  '__proto__',
  'x'.repeat(300)
]
const names = ['all', 'limit', 'last', 'size', 'filters', 'filters[]', '__proto__', 'x', '']
const values = [
  '1',
  'true',
  'zzz',
  '-1',
  '99999999999999999999',
  '0x10',
  'NaN',
  '',
  '%00',
  '{}',
  '{"status":["running"]}',
  '{"status":{"running":true}}',
  '{"label":["a=b"]}',
  '{"__proto__":["x"]}',
  '{"constructor":{"prototype":true}}',
  '{"status":[[]]}',
  '{"a":',
  '[',
  '[[[[[[',
  'null',
  '1e999',
  '"\\u0000"',
  '{"exited":["0"]}',
  '{"exited":["01x"]}',
  '%7B%22name%22%3A%5B%22%F0%9F%98%80%22%5D%7D'
]
const methods = ['GET', 'GET', 'GET', 'GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']
const headers = [
  'Content-Type: application/json',
  'Content-Type: x/y; z',
  'Accept: *',
  'Expect: x',
  'Upgrade: tcp',
  'Range: bytes=0-1',
  'Cookie: a'
]
const bodies = ['', '{}', '{bad', '\u0001\u0002', '[1,2,']

test('2,000 random requests get an answer in JSON that is no failure of the server', async () => {
  const random = randomNumbers(20_260_102)
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!
  const many = (count: number, make: () => string) => Array.from({ length: Math.floor(random() * count) }, make)
  const now = Date.now()
  const { engine } = scriptedEngine({ containers: [sampleRunningContainer(now), sampleExitedContainer(now)] })
  const directory = await mkdtemp(join(tmpdir(), 'api-'))
  const server = createApiServer({ engine, version: '1' })
  const path = await server.listen({ path: join(directory, 's', 'api.sock') })
  const statuses = new Map<number, number>()

  const once = async () => {
    const known =
      random() < 0.5
        ? pick(['/containers/json', '/v1.41/info', '/libpod/containers/json', '/v5.0.0/libpod/version'])
        : ''
    const url = `${known}${many(4, () => `/${pick(words)}`).join('')}` || '/'
    const query = many(4, () => `${pick(names)}=${pick(values)}`).join('&')
    const body = pick(bodies)
    const method = pick(methods)
    const lines = [
      `${method} ${url}${query === '' ? '' : `?${query.replaceAll(' ', '+')}`} HTTP/1.1`,
      'Host: d',
      'Connection: close'
    ]
    const sent = `${[...lines, ...new Set(many(3, () => pick(headers))), `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`
    const answer = await exchange(path, sent)
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1])
    statuses.set(status, (statuses.get(status) ?? 0) + 1)
    expect(status, sent).toBeGreaterThanOrEqual(200)
    expect(status, sent).toBeLessThan(500)
    if (method === 'HEAD') return
    const content = answer.slice(answer.indexOf('\r\n\r\n') + 4)
    if (content !== 'OK') expect(typeof JSON.parse(content), sent).toBe('object')
  }
  for (let round = 0; round < 250; round++) await Promise.all(Array.from({ length: 8 }, once))

  expect(
    [200, 400, 404].every((status) => (statuses.get(status) ?? 0) > 50),
    JSON.stringify([...statuses])
  ).toBe(true)
  await server.close()
  await rm(directory, { recursive: true })
}, 60_000)
