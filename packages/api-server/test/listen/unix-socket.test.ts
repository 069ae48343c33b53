import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, open, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createApiServer, type ApiServer, type ApiServerInit } from '../../src/index.ts'
import { get } from '../support/http.ts'
import { scriptedEngine } from '../support/scripted-engine.ts'

let directory = ''
let path = ''
const servers: ApiServer[] = []

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'api-'))
  path = join(directory, 'run', 'api.sock')
})

afterEach(async () => {
  for (const server of servers.splice(0).toReversed()) await server.close()
  await rm(directory, { recursive: true })
})

function server(init: Partial<ApiServerInit> = {}): ApiServer {
  const made = createApiServer({ engine: scriptedEngine().engine, version: '1', ...init })
  servers.push(made)
  return made
}

const modeOf = async (file: string) => ((await stat(file)).mode & 0o7777).toString(8)

test('a socket for its owner only, in a directory for its owner only', async () => {
  expect(await server().listen({ path })).toBe(path)
  expect([await modeOf(path), await modeOf(join(directory, 'run'))]).toEqual(['600', '700'])
  expect(await readdir(join(directory, 'run'))).toEqual(['api.sock'])
  const { status, body, headers } = await get(path, '/v1.41/_ping')
  expect([status, body]).toEqual([200, 'OK'])
  expect([headers.get('Api-Version'), headers.get('Libpod-API-Version'), headers.get('OSType')]).toEqual([
    '1.41',
    '5.0.0',
    'linux'
  ])
  expect(JSON.parse((await get(path, '/libpod/info')).body)).toMatchObject({
    host: { remoteSocket: { path: `unix://${path}`, exists: true } }
  })
})

test('a socket for a group', async () => {
  const gid = process.getgid?.() ?? 0
  await server().listen({ path, group: String(gid) })
  expect([await modeOf(path), await modeOf(join(directory, 'run'))]).toEqual(['660', '755'])
  expect((await stat(path)).gid).toBe(gid)
  await expect(server().listen({ path: `${path}2`, group: 'no-such-group' })).rejects.toMatchObject({
    code: 'not-found'
  })
})

test('a directory that the group cannot pass through is refused', async () => {
  await mkdir(join(directory, 'run'), { mode: 0o700 })
  await expect(server().listen({ path, group: String(process.getgid?.() ?? 0) })).rejects.toMatchObject({
    code: 'permission-denied'
  })
  expect(await readdir(join(directory, 'run'))).toEqual([])
})

test('curl reaches it', async () => {
  await server().listen({ path })
  const url = 'http://d/v1.41/containers/json?all=1'
  const { stdout } = await promisify(execFile)('curl', ['-sS', '-i', '--max-time', '5', '--unix-socket', path, url])
  expect(stdout).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  expect(stdout).toContain('\r\nApi-Version: 1.41\r\n')
  expect(stdout).toContain('\r\nContent-Type: application/json\r\n')
  expect(stdout.endsWith('\r\n\r\n[]\n')).toBe(true)
})

test('closing removes the socket, and closing again does nothing', async () => {
  const first = server()
  await first.listen({ path })
  await first.close()
  await first.close()
  expect(await readdir(join(directory, 'run'))).toEqual([])
  await expect(first.listen({ path })).rejects.toMatchObject({ code: 'failed-precondition' })
})

test('a name that a dead server left is taken over', async () => {
  await mkdir(join(directory, 'run'), { mode: 0o700 })
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  await promisify(execFile)(process.execPath, ['-e', script]).catch(() => undefined)
  expect((await stat(path)).isSocket()).toBe(true)
  await server().listen({ path })
  expect((await get(path, '/_ping')).status).toBe(200)
  expect(await readdir(join(directory, 'run'))).toEqual(['api.sock'])
})

test('a living server keeps its name', async () => {
  await server().listen({ path })
  await expect(server().listen({ path })).rejects.toMatchObject({
    code: 'in-use',
    message: expect.stringContaining(path)
  })
  expect((await get(path, '/_ping')).status).toBe(200)
  expect(await readdir(join(directory, 'run'))).toEqual(['api.sock'])
})

test('of many that start at once exactly one gets the name', async () => {
  await mkdir(join(directory, 'run'), { mode: 0o700 })
  const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  await promisify(execFile)(process.execPath, ['-e', script]).catch(() => undefined)
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => server().listen({ path })))
  const failures = outcomes.filter((outcome) => outcome.status === 'rejected')
  expect(failures).toHaveLength(7)
  for (const { reason } of failures) expect(reason).toMatchObject({ code: 'in-use' })
  expect((await get(path, '/_ping')).status).toBe(200)
  expect(await readdir(join(directory, 'run'))).toEqual(['api.sock'])
})

test('closing leaves the socket of a successor alone', async () => {
  const first = server()
  await first.listen({ path })
  await rm(path)
  await server().listen({ path })
  await first.close()
  expect((await get(path, '/_ping')).status).toBe(200)
})

test('what is not a socket is not replaced', async () => {
  await mkdir(join(directory, 'run'), { mode: 0o700 })
  await writeFile(path, 'precious')
  await expect(server().listen({ path })).rejects.toMatchObject({ code: 'already-exists' })
  await rm(path)
  await symlink('/dev/null', path)
  await expect(server().listen({ path })).rejects.toMatchObject({ code: 'already-exists' })
  expect(await readdir(join(directory, 'run'))).toEqual(['api.sock'])
})

test('a directory that others can write to is refused', async () => {
  await mkdir(join(directory, 'open'))
  await chmod(join(directory, 'open'), 0o1777)
  await expect(server().listen({ path: join(directory, 'open', 's') })).rejects.toMatchObject({
    code: 'permission-denied'
  })
  expect(await readdir(join(directory, 'open'))).toEqual([])
})

test('a path that does not fit into an address is refused', async () => {
  const long = join(directory, 'x'.repeat(108))
  await expect(server().listen({ path: long })).rejects.toMatchObject({ code: 'invalid-argument' })
})

test('closing waits for running requests, and not for ever', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const started = Promise.withResolvers<void>()
  const list = async () => {
    started.resolve()
    await promise
    return []
  }
  const patient = server({ engine: scriptedEngine({ list }).engine })
  await patient.listen({ path })
  const answer = get(path, '/containers/json')
  await started.promise
  const closed = patient.close()
  await vi.waitFor(() => expect(existsSync(path)).toBe(false))
  resolve()
  expect(await answer).toMatchObject({ status: 200, body: '[]\n' })
  await closed
})

test('what does not end when the server closes is cut off, and told so', async () => {
  const aborted = Promise.withResolvers<void>()
  const started = Promise.withResolvers<void>()
  const engine = scriptedEngine({
    async list({ signal } = {}) {
      signal?.addEventListener('abort', () => aborted.resolve())
      started.resolve()
      await aborted.promise
      return []
    }
  }).engine
  const hasty = server({ engine, limits: { closeTimeout: 50 } })
  await hasty.listen({ path })
  const answer = get(path, '/containers/json').catch((error: unknown) => error)
  await started.promise
  await hasty.close()
  await aborted.promise
  expect(await answer).toBeInstanceOf(Error)
})

test('a descriptor that is no socket is refused', async () => {
  await expect(server().listen({ fd: 999 })).rejects.toMatchObject({ code: 'invalid-argument' })
  await using file = await open('/dev/null')
  await expect(server().listen({ fd: file.fd })).rejects.toMatchObject({ code: 'invalid-argument' })
})
