import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { findCredentials } from '../../src/registry/auth-file.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'auth-'))
  vi.stubEnv('PATH', `${directory}:${process.env['PATH']}`)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await rm(directory, { recursive: true, force: true })
})

async function authFile(content: object | string, name = 'auth.json'): Promise<string> {
  const path = join(directory, name)
  await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

async function helper(name: string, script: string): Promise<void> {
  const path = join(directory, `docker-credential-${name}`)
  await writeFile(path, `#!/bin/sh\n${script}\n`)
  await chmod(path, 0o755)
}

const entry = (text: string) => ({ auth: Buffer.from(text).toString('base64') })
const find = (registry: string, repository: string, ...authFiles: string[]) =>
  findCredentials({ authFiles, registry, repository })

test('the most specific entry wins', async () => {
  const path = await authFile({
    auths: { 'h:5000': entry('a:1'), 'h:5000/team': entry('b:2'), 'h:5000/team/app': entry('c:3:x') }
  })
  expect(await find('h:5000', 'other', path)).toEqual({ username: 'a', password: '1' })
  expect(await find('h:5000', 'team/x', path)).toEqual({ username: 'b', password: '2' })
  expect(await find('h:5000', 'team/app', path)).toEqual({ username: 'c', password: '3:x' })
  expect(await find('h', 'team/app', path)).toBeUndefined()
})

test('understands the spellings of Docker', async () => {
  const path = await authFile({
    auths: {
      'https://index.docker.io/v1/': entry('hub:pw'),
      'https://old.example/v2/': entry('old:pw\0\0'),
      'token.example': { identitytoken: 'refresh' },
      'empty.example': {}
    }
  })
  expect(await find('docker.io', 'library/alpine', path)).toEqual({ username: 'hub', password: 'pw' })
  expect(await find('old.example', 'a', path)).toEqual({ username: 'old', password: 'pw' })
  expect(await find('token.example', 'a', path)).toEqual({ identityToken: 'refresh' })
  expect(await find('empty.example', 'a', path)).toBeUndefined()
  expect(await find('__proto__', 'constructor', path)).toBeUndefined()
})

test('passes over missing files and takes the first that has something', async () => {
  const first = await authFile({ auths: {} }, 'first')
  const second = await authFile({ auths: { h: entry('a:b') } }, 'second')
  expect(await find('h', 'r', join(directory, 'absent'), first, second)).toEqual({ username: 'a', password: 'b' })
})

test('refuses a broken file without showing its content', async () => {
  const path = await authFile('{"auths": {"h": {"auth": "c2VjcmV0')
  await expect(find('h', 'r', path)).rejects.toMatchObject({
    code: 'invalid-argument',
    message: `the auth file ${path} is not a JSON object`
  })
  const odd = await authFile({ auths: { h: { auth: '!!!' } } }, 'odd')
  await expect(find('h', 'r', odd)).rejects.toMatchObject({ code: 'invalid-argument' })
})

test('asks the helper of a registry before stored entries, and the store last', async () => {
  await helper(
    'one',
    'read server; echo "{\\"ServerURL\\":\\"$server\\",\\"Username\\":\\"u-$server\\",\\"Secret\\":\\"s\\"}"'
  )
  await helper('two', 'read server; echo "{\\"Username\\":\\"<token>\\",\\"Secret\\":\\"refresh\\"}"')
  const path = await authFile({
    credHelpers: { 'h.io': 'one' },
    credsStore: 'two',
    auths: { 'h.io': entry('a:b'), 'k.io': entry('c:d'), 'l.io': {} }
  })
  expect(await find('h.io', 'r', path)).toEqual({ username: 'u-h.io', password: 's' })
  expect(await find('k.io', 'r', path)).toEqual({ username: 'c', password: 'd' })
  expect(await find('l.io', 'r', path)).toEqual({ identityToken: 'refresh' })
})

test('a helper that has nothing, fails, babbles or is missing', async () => {
  await helper('none', 'echo "credentials not found in native keychain"; exit 1')
  await helper('bad', 'echo secret-of-the-helper; exit 3')
  await helper('babble', 'echo "secret {"')
  const path = await authFile({
    credHelpers: { none: 'none', bad: 'bad', babble: 'babble', missing: 'missing', evil: '../../bin/sh' }
  })
  expect(await find('none', 'r', path)).toBeUndefined()
  for (const [registry, text] of [
    ['bad', 'exited with status 3'],
    ['babble', 'not JSON'],
    ['missing', 'is not installed']
  ] as const) {
    const error = await find(registry, 'r', path).catch((reason: Error) => reason)
    expect(error).toMatchObject({ code: 'unavailable', message: expect.stringContaining(text) })
    expect(String((error as Error).message)).not.toContain('secret')
  }
  await expect(find('evil', 'r', path)).rejects.toMatchObject({ code: 'invalid-argument' })
})

test('a helper that hangs is ended by the signal', async () => {
  await helper('hang', 'exec sleep 60')
  const path = await authFile({ credHelpers: { h: 'hang' } })
  const controller = new AbortController()
  const asked = findCredentials({ authFiles: [path], registry: 'h', repository: 'r', signal: controller.signal })
  setTimeout(() => controller.abort(), 50)
  await expect(asked).rejects.toMatchObject({ code: 'aborted' })
})
