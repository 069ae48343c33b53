import { EngineError } from '@runcible/interface'
import { expect, test } from 'vitest'
import { createApiServer } from '../src/index.ts'
import { type Script, scriptedEngine } from './support/scripted-engine.ts'

function serverOver(script: Script = {}) {
  return createApiServer({ engine: scriptedEngine(script).engine, version: '9.9.9' })
}

test.each([
  ['not-found', 404],
  ['already-exists', 409],
  ['in-use', 409],
  ['failed-precondition', 409],
  ['invalid-argument', 400],
  ['permission-denied', 403],
  ['unauthorized', 401],
  ['unavailable', 503],
  ['exhausted', 503],
  ['timeout', 504],
  ['unsupported', 501],
  ['corrupt', 500],
  ['internal', 500]
] as const)('%s → %i', async (code, expected) => {
  const list = async () => {
    throw new EngineError(code, 'it failed', { hint: 'mend it', cause: new EngineError('internal', 'deep inside') })
  }
  await using server = serverOver({ list })
  const docker = await server.inject({ url: '/containers/json' })
  expect([docker.status, JSON.parse(docker.body)]).toEqual([expected, { message: 'it failed; mend it' }])
  const libpod = await server.inject({ url: '/v5.0.0/libpod/containers/json' })
  expect([libpod.status, JSON.parse(libpod.body)]).toEqual([
    expected,
    { cause: 'deep inside', message: 'it failed; mend it', response: expected }
  ])
})

test('an unforeseen error tells the log, and the client nothing', async () => {
  const lines: string[] = []
  const list = async () => {
    throw new TypeError('secret of /srv/x')
  }
  const logger = {
    level: 'error' as const,
    log: (level: string, message: string, fields = {}) =>
      void lines.push(`${level} ${message} ${JSON.stringify(fields)}`)
  }
  await using server = createApiServer({ engine: scriptedEngine({ list }).engine, version: '1', logger })
  const { status, body } = await server.inject({ url: '/libpod/containers/json' })
  expect(status).toBe(500)
  expect(JSON.parse(body)).toMatchObject({ message: expect.stringContaining('internal error'), response: 500 })
  expect(body).not.toContain('secret')
  expect(body).not.toContain('.ts')
  expect(lines.filter((line) => line.startsWith('error'))).toEqual([expect.stringContaining('secret of /srv/x')])
})

test.each([
  '/',
  '/nope',
  '/v1.41',
  '/v1.41/nope',
  '/v/version',
  '/vx/version',
  '/version/',
  '//version',
  '/containers/json/x'
])('%s is not found, as Docker says it', async (url) => {
  await using server = serverOver()
  const { status, body, headers } = await server.inject({ url })
  expect([status, body, headers['content-type']]).toEqual([404, '{"message":"page not found"}\n', 'application/json'])
})

test.each(['/libpod', '/libpod/nope', '/v5.0.0/libpod/nope'])('%s is not found, as libpod says it', async (url) => {
  await using server = serverOver()
  const { status, body } = await server.inject({ url })
  expect([status, JSON.parse(body)]).toEqual([
    404,
    { cause: 'page not found', message: 'page not found', response: 404 }
  ])
})

test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s on a known path is not found', async (method) => {
  await using server = serverOver()
  const headers = { 'content-type': 'application/json' }
  const { status, body } = await server.inject({ method, url: '/version', headers, body: '{not json' })
  expect([status, JSON.parse(body)]).toEqual([404, { message: 'page not found' }])
})

test('a path that cannot be decoded is refused', async () => {
  await using server = serverOver()
  for (const url of ['/%', '/%zz/json', '/v1.41/%E0%A4%A/json']) {
    const { status, body } = await server.inject({ url })
    expect(status).toBe(400)
    expect(JSON.parse(body)).toHaveProperty('message')
  }
})

test('too many requests at the same time are refused', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const engine = scriptedEngine({ list: async () => (await promise, []) }).engine
  await using server = createApiServer({ engine, version: '1', limits: { requests: 2 } })
  const waiting = [1, 2].map(() => server.inject({ url: '/containers/json' }))
  expect((await server.inject({ url: '/_ping' })).status).toBe(503)
  resolve()
  expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200])
  expect((await server.inject({ url: '/_ping' })).status).toBe(200)
})
