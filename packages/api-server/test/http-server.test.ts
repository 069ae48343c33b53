import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createApiServer, type ApiServer } from '../src/index.ts'
import { exchange, get } from './support/http.ts'
import { scriptedEngine } from './support/scripted-engine.ts'

let directory = ''
let path = ''
let server: ApiServer

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'api-'))
  path = join(directory, 's', 'api.sock')
  const limits = { headersTimeout: 300, requestTimeout: 600, headerBytes: 8192, bodyBytes: 1000 }
  server = createApiServer({ engine: scriptedEngine().engine, version: '1', limits })
  await server.listen({ path })
})

afterAll(async () => {
  await server.close()
  await rm(directory, { recursive: true })
})

/** The JSON document of a raw response with one. */
function documentOf(response: string): unknown {
  expect(response).toContain('Content-Type: application/json')
  return JSON.parse(response.slice(response.indexOf('\r\n\r\n') + 4))
}

test.each([
  ['not HTTP at all', 'hello\r\n\r\n', 400],
  ['two lengths', 'GET / HTTP/1.1\r\nHost: d\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400],
  ['length and chunks', 'POST / HTTP/1.1\r\nHost: d\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
  ['a header with a line break', 'GET / HTTP/1.1\r\nHost: d\r\nX: a\nb\r\n\r\n', 400],
  ['too many headers', `GET / HTTP/1.1\r\nHost: d\r\nX: ${'x'.repeat(9000)}\r\n\r\n`, 431],
  ['too long a path', `GET /${'x'.repeat(9000)} HTTP/1.1\r\nHost: d\r\n\r\n`, 431]
])('%s', async (_name, bytes, status) => {
  const response = await exchange(path, bytes)
  expect(response).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  expect(documentOf(response)).toHaveProperty('message')
})

test('a client that never finishes its headers is sent away', async () => {
  const socket = connect(path)
  socket.write('GET /_ping HTTP/1.1\r\nHo')
  const response = await text(socket)
  expect(response).toMatch(/^HTTP\/1\.1 408 /)
  expect(documentOf(response)).toHaveProperty('message')
})

test('a large body for nobody is not read to its end', async () => {
  const bytes = `POST /nope HTTP/1.1\r\nHost: d\r\nContent-Length: 50000000\r\nContent-Type: application/json\r\n\r\n${'x'.repeat(100_000)}`
  const response = await exchange(path, bytes)
  expect(response).toMatch(/^HTTP\/1\.1 404 /)
  expect(response).toContain('\r\nConnection: close\r\n')
})

test('the server is there after all that', async () => {
  expect((await get(path, '/_ping')).status).toBe(200)
})
