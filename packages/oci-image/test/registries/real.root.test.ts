import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fakeStateStore } from '@runcible/fakes'
import {
  type DockerRegistry,
  pushTestImage,
  randomImage,
  registryUser,
  startDockerRegistry,
  type TestImage,
  tlsAuthority,
  isInstalled
} from '@runcible/fixtures'
import type { Registries } from '@runcible/interface'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ociRegistries } from '../../src/index.ts'
import { sandbox } from '../sandbox.ts'

const run = promisify(execFile)
const undo = new AsyncDisposableStack()
let directory: string
/** TLS and a password; TLS and a client certificate; neither. */
let secured: DockerRegistry
let mutual: DockerRegistry
let plain: DockerRegistry
let image: TestImage
let certificates: string

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'registries-'))
  undo.defer(() => rm(directory, { recursive: true, force: true }))
  const authority = await tlsAuthority(directory)
  const tls = await authority.issue('server', 'server')
  const client = await authority.issue('client', 'client')
  certificates = join(directory, 'certificates')
  await mkdir(certificates)
  await copyFile(authority.certificate, join(certificates, 'ca.crt'))
  await copyFile(client.certificate, join(certificates, 'client.cert'))
  await copyFile(client.key, join(certificates, 'client.key'))
  secured = undo.use(await startDockerRegistry({ tls, login: true }))
  mutual = undo.use(await startDockerRegistry({ tls, clientAuthority: authority.certificate }))
  plain = undo.use(await startDockerRegistry())
  image = randomImage({ layers: 2, entries: 5 })
  await pushTestImage(plain.host, image, 'team/app', 'v1')
})
afterAll(() => undo.disposeAsync())

const open = (authFile = join(directory, 'none.json')): Registries =>
  ociRegistries({ authFiles: [authFile], registries: { insecure: [plain.host] }, retry: { attempts: 2 } })({
    state: fakeStateStore()
  })

const newFile = async (): Promise<string> => join(await mkdtemp(join(directory, 'auth-')), 'auth.json')
const { username, password } = registryUser

interface Tool {
  readonly program: string
  readonly environment: Readonly<Record<string, string>>
  readonly before: readonly string[]
}

const hasPodman = isInstalled('podman')

async function tools(): Promise<readonly Tool[]> {
  const configuration = join(directory, 'containers.conf')
  await writeFile(configuration, '[containers]\ndefault_ulimits = ["nofile=1024:1024"]\n')
  const podman = ['--root', join(directory, 'podman'), '--runroot', join(directory, 'podman-run'), '--runtime', 'runc']
  return [
    { program: 'skopeo', environment: {}, before: [] },
    ...(hasPodman ? [{ program: 'podman', environment: { CONTAINERS_CONF: configuration }, before: podman }] : [])
  ]
}

test('reads what skopeo and podman logged in, and they read what we did', async () => {
  for (const { program, environment, before } of await tools()) {
    const options = { env: { ...process.env, ...environment } }
    const access = (file: string) => ['--authfile', file, '--cert-dir', certificates, secured.host]
    const theirs = await newFile()
    await run(program, [...before, 'login', '-u', username, '-p', password, ...access(theirs)], options)
    expect(await open(theirs).user(secured.host)).toBe(username)
    await open(theirs).login(secured.host, { certificateDir: certificates })
    await open(theirs).logout(secured.host)
    const ours = await newFile()
    const auth = { username, password }
    await open(ours).login(secured.host, { auth, certificateDir: certificates })
    const { stdout } = await run(program, [...before, 'login', ...access(ours)], options)
    expect(stdout).toContain('Existing credentials are valid. Already logged in to')
    // Byte for byte what they would have written.
    await run(program, [...before, 'login', '-u', username, '-p', password, ...access(theirs)], options)
    expect(await readFile(ours, 'utf8')).toBe(await readFile(theirs, 'utf8'))
    await run(program, [...before, 'logout', '--authfile', ours, secured.host], options)
    expect(await open(ours).user(secured.host)).toBeUndefined()
  }
})

test('pushes and pulls over TLS with a password, and with a client certificate', async () => {
  for (const registry of [secured, mutual]) {
    await using box = await sandbox({ registries: { insecure: [plain.host] } })
    await box.images.pull(`${plain.host}/team/app:v1`)
    const name = `${registry.host}/team/app:v1`
    const request = { certificateDir: certificates, ...(registry === secured ? { auth: registryUser } : {}) }
    expect(await box.images.push(`${plain.host}/team/app:v1`, name, request)).toBe(image.descriptor.digest)
    await using other = await sandbox()
    expect(await other.images.pull(name, request)).toMatchObject({ id: image.id })
    await expect(other.images.pull(`${name}x`, request)).rejects.toMatchObject({ code: 'not-found' })
    const anonymous = await other.images
      .pull(name, registry === secured ? { ...request, auth: { username, password: 'geheim' } } : {})
      .catch((error: Error) => error)
    expect(anonymous).toMatchObject({ code: registry === secured ? 'unauthorized' : 'unavailable' })
    expect((anonymous as Error).message).not.toContain('geheim')
  }
})

test('without a client certificate the registry is not reached, and the error says why', async () => {
  const only = await mkdtemp(join(directory, 'only-'))
  await copyFile(join(certificates, 'ca.crt'), join(only, 'ca.crt'))
  await expect(open().tags(`${mutual.host}/team/app`, { certificateDir: only })).rejects.toMatchObject({
    code: 'unauthorized',
    message: `registry ${mutual.host} wants a client certificate, or another one`
  })
})

test('inspects, lists and deletes as skopeo does', async () => {
  const location = `docker://${plain.host}/team/app:v1`
  const registries = open()
  const skopeo = async (...args: readonly string[]): Promise<string> =>
    (await run('skopeo', [...args, '--tls-verify=false', location])).stdout
  const found = await registries.inspect(location, { tags: true })
  expect(Buffer.from(found.raw).toString()).toBe(await skopeo('inspect', '--raw'))
  expect(Buffer.from(found.config ?? []).toString()).toBe(await skopeo('inspect', '--raw', '--config'))
  expect(JSON.parse(await skopeo('inspect'))).toMatchObject({
    Name: found.repository,
    Digest: found.digest,
    RepoTags: found.tags
  })
  const listed = await registries.tags(`docker://${plain.host}/team/app`)
  expect(listed).toEqual({ repository: `${plain.host}/team/app`, tags: ['v1'] })
  await pushTestImage(plain.host, randomImage(), 'team/app', 'gone')
  await registries.remove(`docker://${plain.host}/team/app:gone`)
  expect((await registries.tags(`${plain.host}/team/app`)).tags).toEqual(['v1'])
  await expect(registries.remove(`docker://${plain.host}/team/app:gone`)).rejects.toMatchObject({ code: 'not-found' })
  await expect(registries.remove(`dir:${directory}`)).rejects.toMatchObject({ code: 'unsupported' })
})

test.each(['oci', 'dir', 'docker-archive', 'oci-archive'])('inspects what skopeo wrote as %s:', async (transport) => {
  const path = join(await mkdtemp(join(directory, 'place-')), 'image')
  const location = `${transport}:${path}${transport === 'dir' ? '' : ':docker.io/library/app:v1'}`
  await run('skopeo', ['copy', '--src-tls-verify=false', `docker://${plain.host}/team/app:v1`, location])
  const { stdout } = await run('skopeo', ['inspect', location])
  const found = await open().inspect(location)
  const theirs = JSON.parse(stdout) as { readonly Digest: string }
  // What an archive of Docker is given as manifest is up to the reader.
  if (transport !== 'docker-archive') expect(found.digest).toBe(theirs.Digest)
  expect(JSON.parse(Buffer.from(found.config ?? []).toString())).toMatchObject({
    rootfs: { diff_ids: image.diffIds }
  })
  if (transport === 'docker-archive') {
    expect(await open().tags(location)).toEqual({ tags: ['docker.io/library/app:v1'] })
  }
})

test('searches a registry that has no search', async () => {
  const found = await open().search(`${plain.host}/app`)
  expect(found).toEqual([
    {
      registry: plain.host,
      name: `${plain.host}/team/app`,
      description: '',
      stars: 0,
      official: false,
      automated: false
    }
  ])
  expect(await open().search(`${plain.host}/nothing`)).toEqual([])
})
