import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fakeStateStore } from '@runcible/fakes'
import { startRegistry, type TestRegistry } from '@runcible/fixtures'
import type { Registries } from '@runcible/interface'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { ociRegistries, type OciImageStoreInit } from '../../src/index.ts'

const ann = { username: 'ann', password: 'pa:ss' }
const encoded = Buffer.from('ann:pa:ss').toString('base64')
let undo: AsyncDisposableStack
let directory: string
let registry: TestRegistry
let file: string

beforeEach(async () => {
  undo = new AsyncDisposableStack()
  directory = await mkdtemp(join(tmpdir(), 'login-'))
  undo.defer(() => rm(directory, { recursive: true }))
  file = join(directory, 'run', 'auth.json')
  registry = undo.use(await startRegistry({ auth: { scheme: 'basic', ...ann } }))
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await undo.disposeAsync()
})

function open(init: OciImageStoreInit = {}): Registries {
  return ociRegistries({
    authFiles: [file, join(directory, 'second.json')],
    retry: { attempts: 1 },
    ...init,
    registries: { insecure: [registry.host], ...init.registries }
  })({ state: fakeStateStore() })
}

const read = async (path = file): Promise<unknown> => JSON.parse(await readFile(path, 'utf8'))

test('keeps what the registry took, in a file for its owner alone', async () => {
  const registries = open()
  expect(await registries.user(registry.host)).toBeUndefined()
  const place = registry.host
  expect(await registries.login(`http://${place}/`, { auth: ann })).toEqual({ place, registry: place, keptIn: file })
  expect(await readFile(file, 'utf8')).toBe(
    `{\n\t"auths": {\n\t\t"${place}": {\n\t\t\t"auth": "${encoded}"\n\t\t}\n\t}\n}`
  )
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await stat(join(directory, 'run'))).mode & 0o777).toBe(0o700)
  expect(await registries.user(place)).toBe('ann')
  // With what is there now.
  expect(await registries.login(place)).toMatchObject({ registry: place })
})

test('keeps nothing that the registry does not take', async () => {
  const registries = open()
  await expect(registries.login(registry.host, { auth: { ...ann, password: 'guess' } })).rejects.toMatchObject({
    code: 'unauthorized'
  })
  await expect(registries.login(registry.host)).rejects.toMatchObject({ code: 'not-found' })
  await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' })
})

test('a path has credentials of its own, and the rest of the file stays', async () => {
  await mkdir(join(directory, 'run'))
  await writeFile(file, JSON.stringify({ auths: { 'other.example': { auth: 'eDp5' } }, HttpHeaders: { a: 'b' } }))
  const registries = open()
  await registries.login(registry.host, { auth: ann })
  await registries.login(`${registry.host}/team/app`, { auth: ann })
  const entry = { auth: encoded }
  const all = { 'other.example': { auth: 'eDp5' }, [registry.host]: entry, [`${registry.host}/team/app`]: entry }
  expect(await read()).toEqual({ auths: all, HttpHeaders: { a: 'b' } })
  await registries.logout(registry.host)
  expect(await registries.user(registry.host)).toBeUndefined()
  expect(await registries.user(`${registry.host}/team/app`)).toBe('ann')
  await expect(registries.logout(registry.host)).rejects.toMatchObject({
    code: 'not-found',
    message: `not logged into ${registry.host}`
  })
  await registries.logoutAll()
  expect(await read()).toEqual({ auths: {}, HttpHeaders: { a: 'b' } })
})

test('logging out says when another file has the credentials', async () => {
  const registries = open()
  await registries.login(registry.host, { auth: ann, authFile: join(directory, 'second.json') })
  await expect(registries.logout(registry.host)).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('but by another file')
  })
})

test("Docker's file has its own spelling and no paths", async () => {
  const compatAuthFile = join(directory, 'config.json')
  await writeFile(compatAuthFile, JSON.stringify({ auths: { 'https://index.docker.io/v1/': { auth: encoded } } }))
  const registries = open()
  expect(await registries.user('docker.io', { compatAuthFile })).toBe('ann')
  await registries.logout('docker.io', { compatAuthFile })
  expect(await read(compatAuthFile)).toEqual({ auths: {} })
  // Of either spelling, whichever way the file is named.
  await writeFile(compatAuthFile, JSON.stringify({ auths: { 'https://index.docker.io/v1/': { auth: encoded } } }))
  await registries.logout('index.docker.io', { authFile: compatAuthFile })
  expect(await read(compatAuthFile)).toEqual({ auths: {} })
  await expect(registries.login(`${registry.host}/team`, { auth: ann, compatAuthFile })).rejects.toMatchObject({
    code: 'unsupported'
  })
})

test('never writes over a file that is none, nor shows what is in it', async () => {
  await mkdir(join(directory, 'run'))
  await writeFile(file, '{"auths": {"x": {"auth": "geheim')
  const error = await open()
    .login(registry.host, { auth: ann })
    .catch((reason: Error) => reason)
  expect(error).toMatchObject({ code: 'invalid-argument', message: `the auth file ${file} is not a JSON object` })
  expect(await readFile(file, 'utf8')).toContain('geheim')
})

test('a link to the file stays a link', async () => {
  const real = join(directory, 'real.json')
  await writeFile(real, '{}')
  await mkdir(join(directory, 'run'))
  await symlink(real, file)
  await open().login(registry.host, { auth: ann })
  expect(await read(real)).toMatchObject({ auths: { [registry.host]: { auth: encoded } } })
})

test('many at once lose nothing', async () => {
  const registries = open()
  const places = Array.from({ length: 8 }, (_, index) => `${registry.host}/team/${index}`)
  await Promise.all(places.map((place) => registries.login(place, { auth: ann })))
  expect(Object.keys(((await read()) as { auths: object }).auths).toSorted()).toEqual(places)
})

test.each(['', 'a b', 'host/a:tag', 'host/UPPER', '-x', 'host/..'])('%j is not a registry', async (place) => {
  await expect(open().login(place, { auth: ann })).rejects.toMatchObject({ code: 'invalid-argument' })
})

// Keeps one JSON file per server, as `docker-credential-pass` would in its own way.
const helperProgram = `#!/bin/sh
dir="$HELPER_DIR"; input="$(cat)"; echo "$1 $input" >> "$dir/log"
name() { printf %s "$1" | tr '/:' '__'; }
case "$1" in
  store) server="$(printf %s "$input" | sed 's/.*"ServerURL":"\\([^"]*\\)".*/\\1/')"; printf %s "$input" > "$dir/$(name "$server").cred" ;;
  get) [ -f "$dir/$(name "$input").cred" ] && cat "$dir/$(name "$input").cred" || { echo "credentials not found in native keychain"; exit 1; } ;;
  erase) rm "$dir/$(name "$input").cred" ;;
  list) printf '{'; sep=''; for f in "$dir"/*.cred; do [ -f "$f" ] || continue; printf '%s"%s":"x"' "$sep" "$(sed 's/.*"ServerURL":"\\([^"]*\\)".*/\\1/' "$f")"; sep=','; done; printf '}' ;;
esac
`

async function installHelper(): Promise<void> {
  const program = join(directory, 'docker-credential-test')
  await writeFile(program, helperProgram)
  await chmod(program, 0o755)
  vi.stubEnv('PATH', `${directory}:${process.env['PATH']}`)
  vi.stubEnv('HELPER_DIR', directory)
}

test.each(['credHelpers', 'credsStore', 'registries.conf'] as const)(
  'a credential helper of %s stores, gives and erases',
  async (where) => {
    await installHelper()
    await mkdir(join(directory, 'run'))
    const named = where === 'credHelpers' ? { credHelpers: { [registry.host]: 'test' } } : { credsStore: 'test' }
    if (where !== 'registries.conf') await writeFile(file, JSON.stringify(named))
    const registries = open(where === 'registries.conf' ? { registries: { credentialHelpers: ['test'] } } : {})
    expect(await registries.login(registry.host, { auth: ann })).toMatchObject({ keptIn: 'docker-credential-test' })
    expect(await registries.user(registry.host)).toBe('ann')
    await registries.login(registry.host)
    await registries.logout(registry.host)
    expect(await registries.user(registry.host)).toBeUndefined()
    await registries.login(registry.host, { auth: ann })
    await registries.logoutAll()
    expect(await registries.user(registry.host)).toBeUndefined()
    if (where !== 'registries.conf') expect(await read()).toEqual({ ...named, auths: {} })
    const log = await readFile(join(directory, 'log'), 'utf8')
    expect(log).toContain(`erase ${registry.host}\n`)
  }
)
