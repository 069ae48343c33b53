import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { type KeyPair, type TlsAuthority, tlsAuthority } from '@runcible/fixtures'
import type { Digest } from '@runcible/oci-spec'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { type Answer, clientOf, scriptedServer } from './scripted-server.ts'

const undo = new AsyncDisposableStack()
let directory: string
let authority: TlsAuthority
let server: KeyPair
let client: KeyPair
let serverPem: { readonly key: string; readonly cert: string }
/** With the authority, and in `mutual` the client's own pair too. */
const dirs = { plain: '', mutual: '' }

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tls-'))
  undo.defer(() => rm(directory, { recursive: true }))
  authority = await tlsAuthority(directory)
  server = await authority.issue('server', 'server')
  client = await authority.issue('client', 'client')
  serverPem = { key: await readFile(server.key, 'utf8'), cert: await readFile(server.certificate, 'utf8') }
  for (const name of ['plain', 'mutual'] as const) {
    dirs[name] = join(directory, name)
    await mkdir(dirs[name])
    await copyFile(authority.certificate, join(dirs[name], 'ca.crt'))
  }
  await copyFile(client.certificate, join(dirs.mutual, 'me.cert'))
  await copyFile(client.key, join(dirs.mutual, 'me.key'))
})
afterAll(() => undo.disposeAsync())
afterEach(() => vi.unstubAllEnvs())

const ann = { username: 'ann', password: 'pa:ss' }
const digest = `sha256:${'a1'.repeat(32)}` as Digest

test('finds the authorities of a host, in the first directory that has some', async () => {
  await using registry = await scriptedServer(() => ({}), serverPem)
  await using untrusting = clientOf(registry.host, { certificateDirs: ['/nowhere'] })
  await expect(untrusting.ping()).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('unknown authority')
  })
  const host = join(directory, 'certs.d', registry.host)
  await mkdir(host, { recursive: true })
  await copyFile(authority.certificate, join(host, 'ca.crt'))
  await using trusting = clientOf(registry.host, { certificateDirs: ['/nowhere', join(directory, 'certs.d')] })
  await trusting.ping()
  await using named = clientOf(registry.host, { certificateDir: dirs.plain })
  await named.ping()
})

test.each(['key', 'cert'] as const)('a lone %s is an error that names it', async (kind) => {
  const lone = await mkdtemp(join(directory, 'lone-'))
  await writeFile(join(lone, `me.${kind}`), 'x')
  await using refused = clientOf('127.0.0.1:1', { certificateDir: lone })
  await expect(refused.ping()).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining(`${lone}/me.${kind} has no`)
  })
})

test('certificates that are none are told, not tried again', async () => {
  const broken = await mkdtemp(join(directory, 'broken-'))
  await writeFile(join(broken, 'me.cert'), 'x')
  await writeFile(join(broken, 'me.key'), 'x')
  await using refused = clientOf('127.0.0.1:1', { certificateDir: broken })
  await expect(refused.ping()).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining('the certificates for 127.0.0.1:1 cannot be used')
  })
})

async function mutualServer(answer: (path: string) => Answer) {
  const subjects: string[] = []
  const ca = await readFile(authority.certificate, 'utf8')
  const listening = createTlsServer(
    { ...serverPem, ca, requestCert: true, rejectUnauthorized: false },
    (request, response) => {
      const { subject } = (request.socket as TLSSocket).getPeerCertificate()
      subjects.push(String(subject?.CN ?? 'nobody'))
      const { status = 200, headers = {}, body = '' } = answer(request.url ?? '')
      response.writeHead(status, headers).end(body)
    }
  )
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  return {
    subjects,
    host: `127.0.0.1:${(listening.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      listening.closeAllConnections()
      await new Promise((resolve) => listening.close(resolve))
    }
  }
}

test('shows who it is to the registry, and to no other host', async () => {
  await using other = await mutualServer(() => ({ body: '{}' }))
  await using registry = await mutualServer((path) =>
    path.includes('/blobs/') ? { status: 307, headers: { location: `https://${other.host}/blob` } } : {}
  )
  await using own = clientOf(registry.host, { certificateDir: dirs.mutual })
  await own.ping()
  const descriptor = { mediaType: 'application/octet-stream', digest, size: 2 }
  expect(Buffer.concat(await Array.fromAsync(own.blob('app', descriptor))).toString()).toBe('{}')
  expect([registry.subjects, other.subjects]).toEqual([['client', 'client'], ['nobody']])
})

test.each(['redirect', 'upload', 'token', 'page'] as const)(
  'a registry that is not marked insecure is not followed to plain http: %s',
  async (way) => {
    await using plain = await scriptedServer(() => ({ body: '{"token":"t"}' }))
    const away = { location: `http://${plain.host}/x` }
    await using registry = await scriptedServer((line) => {
      if (way === 'redirect') return { status: 307, headers: away }
      if (way === 'token')
        return { status: 401, headers: { 'www-authenticate': `Bearer realm="http://${plain.host}/token"` } }
      if (way === 'page')
        return { headers: { link: `<http://${plain.host}/v2/app/tags/list?n=1>; rel="next"` }, body: '{"tags":["a"]}' }
      return line.startsWith('HEAD') ? { status: 404 } : { status: 202, headers: away }
    }, serverPem)
    await using secure = clientOf(registry.host, { certificateDir: dirs.plain, auth: ann })
    const read = async function* () {
      yield Buffer.from('x')
    }
    const descriptor = { mediaType: 'application/octet-stream', digest, size: 1 }
    const act = {
      redirect: () => secure.manifest('app', 'v1'),
      token: () => secure.manifest('app', 'v1'),
      upload: () => secure.upload('app', { descriptor, read, chunkSize: 10 }),
      page: () => Array.fromAsync(secure.tags('app'))
    }
    const error = await act[way]().catch((reason: Error) => reason)
    expect(error).toMatchObject({ message: expect.stringMatching(/not reached over https|names another host/) })
    expect(plain.asked).toEqual([])
  }
)

test('an upload that the registry wants in plain http on its own host is refused too', async () => {
  const own = { host: '' }
  await using registry = await scriptedServer(
    (line) =>
      line.startsWith('HEAD')
        ? { status: 404 }
        : { status: 202, headers: { location: `http://${own.host}/v2/app/blobs/uploads/1` } },
    serverPem
  )
  own.host = registry.host
  await using secure = clientOf(registry.host, { certificateDir: dirs.plain, auth: ann })
  const read = async function* () {
    yield Buffer.from('x')
  }
  const descriptor = { mediaType: 'application/octet-stream', digest, size: 1 }
  await expect(secure.upload('app', { descriptor, read, chunkSize: 10 })).rejects.toMatchObject({
    message: expect.stringContaining('not reached over https')
  })
})

test('tunnels through a proxy that wants a password, and around it where NO_PROXY says so', async () => {
  await using registry = await scriptedServer(() => ({}), serverPem)
  const [hostname = '', port = ''] = registry.host.split(':')
  const asked: string[] = []
  const proxy = createServer()
  proxy.on('connect', (incoming, socket, head) => {
    const { 'proxy-authorization': authorization = '' } = incoming.headers
    asked.push(`${incoming.url} ${Buffer.from(authorization.replace('Basic ', ''), 'base64')}`)
    socket.on('error', () => undefined)
    if (authorization === '') {
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
      return
    }
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      upstream.write(head)
      upstream.pipe(socket).pipe(upstream)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('close', () => upstream.destroy())
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  await using _stop = {
    async [Symbol.asyncDispose]() {
      proxy.closeAllConnections()
      await new Promise((resolve) => proxy.close(resolve))
    }
  }
  const at = `127.0.0.1:${(proxy.address() as AddressInfo).port}`
  const name = `registry.test:${port}`
  const stub = (url: string, except = ''): void => {
    for (const variable of ['HTTPS_PROXY', 'https_proxy']) vi.stubEnv(variable, url)
    for (const variable of ['NO_PROXY', 'no_proxy']) vi.stubEnv(variable, except)
  }
  stub(`http://me:se%3Acret@${at}`)
  await using tunnelled = clientOf(name, { certificateDir: dirs.plain })
  await tunnelled.ping()
  expect(asked).toEqual([`${name} me:se:cret`])
  stub(`http://me:wrong@127.0.0.1:1`)
  await using failing = clientOf(name, { certificateDir: dirs.plain })
  const error = await failing.ping().catch((reason: Error) => reason)
  expect((error as Error).message).toContain(`registry ${name} cannot be reached`)
  expect(JSON.stringify([error, (error as Error).message])).not.toContain('wrong')
  stub(`http://me:se%3Acret@${at}`, '.test')
  await using direct = clientOf(name, { certificateDir: dirs.plain })
  await expect(direct.ping()).rejects.toMatchObject({ code: 'unavailable' })
  expect(asked.length).toBe(1)
})
