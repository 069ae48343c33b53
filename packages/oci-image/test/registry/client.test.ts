import { createHash } from 'node:crypto'
import type { Digest } from '@runcible/oci-spec'
import { expect, test } from 'vitest'
import { clientOf, scriptedServer } from './scripted-server.ts'

const json = (value: unknown, headers: Readonly<Record<string, string>> = {}) => ({
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(value)
})
const digest = `sha256:${'a1'.repeat(32)}` as Digest
const ann = { username: 'ann', password: 'pa:ss' }
const basic = `Basic ${Buffer.from('ann:pa:ss').toString('base64')}`

test('lists tags page by page', async () => {
  await using server = await scriptedServer((line) =>
    line.includes('last=b')
      ? json({ name: 'app', tags: ['c'] })
      : json({ name: 'app', tags: ['a', 'b'] }, { link: '</v2/app/tags/list?last=b&n=2>; rel="next"' })
  )
  await using client = clientOf(server.host, { insecure: true })
  expect(await Array.fromAsync(client.tags('app'))).toEqual(['a', 'b', 'c'])
  expect(server.asked.map(({ line }) => line)).toEqual(['GET /v2/app/tags/list', 'GET /v2/app/tags/list?last=b&n=2'])
})

test('a repository without tags has none; one that is not there is told', async () => {
  await using server = await scriptedServer((line) =>
    line.includes('/none/') ? { status: 404 } : json({ name: 'app', tags: null })
  )
  await using client = clientOf(server.host, { insecure: true })
  expect(await Array.fromAsync(client.tags('app'))).toEqual([])
  await expect(Array.fromAsync(client.tags('none'))).rejects.toMatchObject({
    code: 'not-found',
    message: `registry ${server.host} has no repository none`
  })
})

test.each([
  ['does not end', '</v2/app/tags/list>; rel="next"', 'does not end'],
  ['goes to another host', '<https://elsewhere.example/v2/app/tags/list?n=2>; rel="next"', 'names another host']
])('a list that %s is refused', async (_, link, message) => {
  await using server = await scriptedServer(() => json({ tags: ['a'] }, { link }))
  await using client = clientOf(server.host, { insecure: true, auth: ann })
  await expect(Array.fromAsync(client.tags('app'))).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining(message)
  })
})

test.each(['[]', '{"tags":[1]}', '<html>'])('a list of tags that is none: %s', async (body) => {
  await using server = await scriptedServer(() => ({ body }))
  await using client = clientOf(server.host, { insecure: true })
  const tags = Array.fromAsync(client.tags('app'))
  if (body === '[]') expect(await tags).toEqual([])
  else await expect(tags).rejects.toMatchObject({ code: 'corrupt', message: expect.stringContaining('that is none') })
})

test('searches the old index, and else the list of repositories', async () => {
  await using server = await scriptedServer((line) => {
    if (line === 'GET /v1/search?q=old&n=5') {
      return json({
        results: [{ name: 'a/old', description: 'x', star_count: 3, is_official: true }, { name: 7 }, null]
      })
    }
    if (line.startsWith('GET /v1/search')) return { body: '<html>welcome</html>' }
    return json({ repositories: ['b/app-two', 'c/other', 'app', 'app-three'] })
  })
  await using client = clientOf(server.host, { insecure: true })
  expect(await client.search('old', 5)).toEqual([
    { name: 'a/old', description: 'x', stars: 3, official: true, automated: false }
  ])
  // The name that was looked for comes first.
  expect((await client.search('app', 2)).map(({ name }) => name)).toEqual(['app', 'b/app-two'])
  expect((await client.search('', 5)).length).toBe(4)
})

test('deletes by digest, and tells when a registry does not', async () => {
  let status = 202
  await using server = await scriptedServer(() => ({ status }))
  await using client = clientOf(server.host, { insecure: true })
  await client.deleteManifest('app', digest)
  expect(server.asked.map(({ line }) => line)).toEqual([`DELETE /v2/app/manifests/${digest}`])
  status = 405
  await expect(client.deleteManifest('app', digest)).rejects.toMatchObject({
    code: 'unsupported',
    message: expect.stringContaining('does not let images be deleted')
  })
})

const indexType = 'application/vnd.oci.image.index.v1+json'
const referrer = (artifactType: string) => ({
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: `sha256:${'b2'.repeat(32)}`,
  size: 7,
  artifactType
})
const indexOf = (...types: readonly string[]) => ({
  schemaVersion: 2,
  mediaType: indexType,
  manifests: types.map(referrer)
})

test('asks for referrers, filters what the registry does not, and follows its pages', async () => {
  await using server = await scriptedServer((line) =>
    line.includes('page=2')
      ? json(indexOf('a/x', 'b/y'), { 'content-type': indexType })
      : json(indexOf('a/x'), {
          'content-type': indexType,
          link: `</v2/app/referrers/${digest}?page=2>; rel="next"`
        })
  )
  await using client = clientOf(server.host, { insecure: true })
  expect((await client.referrers('app', digest)).map(({ artifactType }) => artifactType)).toEqual(['a/x', 'a/x', 'b/y'])
  expect(await client.referrers('app', digest, 'b/y')).toMatchObject([referrer('b/y')])
})

test('a registry without the referrers API has them under a tag', async () => {
  const tag = digest.replace(':', '-')
  const body = JSON.stringify(indexOf('a/x'))
  await using server = await scriptedServer((line) =>
    line === `GET /v2/app/manifests/${tag}` ? { headers: { 'content-type': indexType }, body } : { status: 404 }
  )
  await using client = clientOf(server.host, { insecure: true })
  expect(await client.referrers('app', digest)).toMatchObject([referrer('a/x')])
  expect(await client.referrers('none', digest)).toEqual([])
})

test.each([
  [{ 'retry-after': '7200' }, 'limits the rate of requests: try again in 2 h (after 20'],
  [{ 'retry-after': new Date(Date.now() + 580_000).toUTCString() }, 'limits the rate of requests: try again in 10 min'],
  [
    { 'ratelimit-limit': '100;w=21600', 'ratelimit-reset': '300' },
    'limits the rate of requests to 100 in 6 h: try again in 5 min'
  ],
  [{ 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 580) }, 'try again in 10 min'],
  [{ 'ratelimit-limit': '100;w=21600' }, 'limits the rate of requests to 100 in 6 h: try again later']
])('a rate limit by %j says when to come back', async (headers, message) => {
  await using server = await scriptedServer(() => ({ status: 429, headers }))
  await using client = clientOf(server.host, { insecure: true })
  await expect(client.manifest('app', 'v1')).rejects.toMatchObject({
    code: 'exhausted',
    message: expect.stringContaining(message),
    hint: expect.stringContaining(`log in with "runcible login ${server.host}"`)
  })
})

test('repeats as often and as fast as it is told', async () => {
  const starts: number[] = []
  await using server = await scriptedServer(() => (starts.push(performance.now()), { status: 503 }))
  await using client = clientOf(server.host, { insecure: true, retry: { attempts: 4, fixedDelay: 1 } })
  await expect(client.ping()).rejects.toMatchObject({ code: 'unavailable' })
  expect(starts.length).toBe(4)
})

test('sends a given token, and asks nobody for another', async () => {
  await using server = await scriptedServer((_, request) => ({
    status: request.headers.authorization === 'Bearer abc' ? 200 : 401,
    headers: { 'www-authenticate': 'Bearer realm="http://127.0.0.1:1/token"' }
  }))
  await using good = clientOf(server.host, { insecure: true, registryToken: 'abc' })
  await good.ping()
  await using bad = clientOf(server.host, { insecure: true, registryToken: 'geheim', auth: ann })
  const error = await bad.ping().catch((reason: Error) => reason)
  expect(error).toMatchObject({ code: 'unauthorized', message: `registry ${server.host} refused the credentials` })
  expect(JSON.stringify([error, (error as Error).message])).not.toContain('geheim')
  expect(server.asked.length).toBe(2)
})

test.each(['GET', 'PUT'] as const)('credentials do not follow a redirect of a %s to another host', async (method) => {
  const bytes = Buffer.from('{}')
  const stored = `sha256:${createHash('sha256').update(bytes).digest('hex')}` as Digest
  const descriptor = { mediaType: 'application/octet-stream', digest: stored, size: bytes.length }
  await using other = await scriptedServer(() => ({ status: method === 'PUT' ? 201 : 200, body: bytes }))
  await using server = await scriptedServer((line, request) => {
    if (request.headers.authorization === undefined)
      return { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }
    if (line.startsWith('HEAD')) return { status: 404 }
    if (line.startsWith('POST')) return { status: 202, headers: { location: `/v2/app/blobs/uploads/1` } }
    return { status: 307, headers: { location: `http://${other.host}/elsewhere?digest=x` } }
  })
  await using client = clientOf(server.host, { insecure: true, auth: ann })
  if (method === 'GET') expect(Buffer.concat(await Array.fromAsync(client.blob('app', descriptor)))).toEqual(bytes)
  else {
    const read = async function* () {
      yield bytes
    }
    expect(await client.upload('app', { descriptor, read, chunkSize: 100 })).toBe('uploaded')
  }
  expect(server.asked.at(-1)?.authorization).toBe(basic)
  expect(other.asked.length).toBe(1)
  expect(other.asked[0]?.authorization).toBeUndefined()
})

test('credentials do not follow an upload to another host', async () => {
  await using other = await scriptedServer(() => ({ status: 201 }))
  await using server = await scriptedServer((line, request) => {
    if (request.headers.authorization === undefined)
      return { status: 401, headers: { 'www-authenticate': 'Basic realm="x"' } }
    if (line.startsWith('HEAD')) return { status: 404 }
    return { status: 202, headers: { location: `http://${other.host}/upload` } }
  })
  await using client = clientOf(server.host, { insecure: true, auth: ann })
  const bytes = Buffer.from('x')
  const descriptor = { mediaType: 'application/octet-stream', digest, size: 1 }
  const read = async function* () {
    yield bytes
  }
  await client.upload('app', { descriptor, read, chunkSize: 100 })
  expect(other.asked).toEqual([{ line: `PUT /upload?digest=${encodeURIComponent(digest)}`, authorization: undefined }])
})

test('a token server that redirects gets no credentials elsewhere', async () => {
  await using other = await scriptedServer(() => json({ token: 't' }))
  const realm = { host: '' }
  await using server = await scriptedServer((line) =>
    line.startsWith('GET /token')
      ? { status: 307, headers: { location: `http://${other.host}/token` } }
      : { status: 401, headers: { 'www-authenticate': `Bearer realm="http://${realm.host}/token"` } }
  )
  realm.host = server.host
  await using client = clientOf(server.host, { insecure: true, auth: ann })
  await expect(client.manifest('app', 'v1')).rejects.toMatchObject({ code: 'unavailable' })
  expect(other.asked).toEqual([])
})
