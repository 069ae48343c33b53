import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { fakeStateStore } from '@runcible/fakes'
import {
  type DockerDaemon,
  type DockerRegistry,
  pushTestImage,
  randomImage,
  startDockerDaemon,
  startDockerRegistry,
  type TestImage,
  tlsAuthority,
  isInstalled
} from '@runcible/fixtures'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ociRegistries } from '../../src/index.ts'
import { openSink } from '../../src/places.ts'
import { type Sandbox, sandbox } from '../sandbox.ts'

const run = promisify(execFile)
const undo = new AsyncDisposableStack()
let daemon: DockerDaemon
let registry: DockerRegistry
let box: Sandbox
let directory: string
/** With the authority and the client's own pair. */
let certificates: string
let count = 0

const hasDocker = isInstalled('dockerd') && isInstalled('docker')

beforeAll(async () => {
  if (!hasDocker) return
  directory = await mkdtemp(join(tmpdir(), 'docker-daemon-'))
  undo.defer(() => rm(directory, { recursive: true, force: true }))
  const authority = await tlsAuthority(directory)
  const client = await authority.issue('client', 'client')
  certificates = join(directory, 'certificates')
  await mkdir(certificates)
  await copyFile(authority.certificate, join(certificates, 'ca.pem'))
  await copyFile(client.certificate, join(certificates, 'cert.pem'))
  await copyFile(client.key, join(certificates, 'key.pem'))
  const server = await authority.issue('server', 'server')
  daemon = undo.use(await startDockerDaemon({ tls: { ...server, clientAuthority: authority.certificate } }))
  registry = undo.use(await startDockerRegistry())
  box = undo.use(await sandbox({ registries: { insecure: [registry.host] }, tmp: join(directory, 'tmp') }))
}, 60_000)
afterAll(() => undo.disposeAsync())

const docker = async (...args: readonly string[]): Promise<string> =>
  (await run('docker', ['-H', daemon.host, ...args])).stdout.trim()
const skopeo = async (...args: readonly string[]): Promise<string> => (await run('skopeo', [...args])).stdout
const at = () => ({ daemonHost: daemon.host })

async function published(): Promise<{ image: TestImage; place: string; name: string }> {
  const image = randomImage({ layers: 3, entries: 8, compression: ['gzip', 'none', 'gzip'] })
  const name = `quay.io/test/app-${count++}:v1`
  return { image, name, place: `docker://${await pushTestImage(registry.host, image, `origin-${count}`, 'v1')}` }
}

test.runIf(hasDocker)('Docker has what we wrote, as skopeo writes it', async () => {
  const { image, place, name } = await published()
  await box.images.copy(place, `docker-daemon:${name}`, { destination: at() })
  expect(await docker('image', 'inspect', '-f', '{{.Id}} {{json .RootFS.Layers}}', name)).toBe(
    `sha256:${image.id} ${JSON.stringify(image.diffIds)}`
  )
  const theirs = 'quay.io/test/theirs:v1'
  const flags = ['--quiet', '--src-tls-verify=false', '--dest-daemon-host', daemon.host]
  await skopeo('copy', ...flags, place, `docker-daemon:${theirs}`)
  expect(await docker('image', 'inspect', '-f', '{{.Id}}', theirs)).toBe(`sha256:${image.id}`)
  expect(await readdir(join(directory, 'tmp'))).toEqual([])
})

test.runIf(hasDocker)('we read what Docker has, by name and by id, as skopeo reads it', async () => {
  const { image, place, name } = await published()
  await skopeo(
    'copy',
    '--quiet',
    '--src-tls-verify=false',
    '--dest-daemon-host',
    daemon.host,
    place,
    `docker-daemon:${name}`
  )
  const manifests = await Promise.all(
    [name, `sha256:${image.id}`].map(async (each, position) => {
      const [ours, theirs] = [join(directory, `ours-${position}`), join(directory, `theirs-${position}`)]
      const { digest } = await box.images.copy(`docker-daemon:${each}`, `dir:${ours}`, { source: at() })
      await skopeo('copy', '--quiet', '--src-daemon-host', daemon.host, `docker-daemon:${each}`, `dir:${theirs}`)
      expect((await readdir(ours)).toSorted()).toEqual((await readdir(theirs)).toSorted())
      // skopeo calls the plain layers of Docker's archives packed with gzip.
      const said = (await skopeo('inspect', '--raw', `dir:${theirs}`)).replaceAll('diff.tar.gzip', 'diff.tar')
      expect(await skopeo('inspect', '--raw', `dir:${ours}`)).toBe(said)
      return digest
    })
  )
  expect(new Set(manifests).size).toBe(1)
})

test.runIf(hasDocker)('an image is pulled from Docker under the name that it has there', async () => {
  const { image, place, name } = await published()
  await box.images.copy(place, `docker-daemon:${name}`, { destination: at() })
  const named = await box.images.pull(`docker-daemon:${name}`, at())
  expect(named.id).toBe(image.id)
  expect(named.names).toEqual([name])
  await box.images.remove(named.id, { force: true })
  const byId = await box.images.pull(`docker-daemon:sha256:${image.id}`, at())
  expect(byId.names).toEqual([])
  await box.images.push(byId.id, 'docker-daemon:pushed', at())
  expect(await docker('image', 'inspect', '-f', '{{.Id}}', 'pushed:latest')).toBe(`sha256:${image.id}`)
  await box.images.remove(byId.id, { force: true })
})

test.runIf(hasDocker)('the documents of an image in Docker, and its removal', async () => {
  const { image, place, name } = await published()
  await box.images.copy(place, `docker-daemon:${name}`, { destination: at() })
  const registries = ociRegistries({ tmp: join(directory, 'tmp') })({ state: fakeStateStore() })
  const shown = await registries.inspect(`docker-daemon:${name}`, at())
  const theirs = await skopeo('inspect', '--daemon-host', daemon.host, `docker-daemon:${name}`)
  expect(JSON.parse(theirs)).toMatchObject({ Name: shown.repository, RepoTags: shown.tags })
  await docker('tag', name, 'second:1')
  await registries.remove(`docker-daemon:${name}`, at())
  expect(await docker('images', '-q', '--no-trunc', 'second:1')).toBe(`sha256:${image.id}`)
  await registries.remove('docker-daemon:second:1', at())
  await expect(registries.remove('docker-daemon:second:1', at())).rejects.toMatchObject({ code: 'not-found' })
})

test.runIf(hasDocker)('TLS with the certificates of a directory, as skopeo takes them', async () => {
  const { image, place, name } = await published()
  const secured = { daemonHost: daemon.tlsHost!, certificateDir: certificates }
  await box.images.copy(place, `docker-daemon:${name}`, { destination: secured })
  expect(await docker('image', 'inspect', '-f', '{{.Id}}', name)).toBe(`sha256:${image.id}`)
  const theirs = ['--daemon-host', secured.daemonHost, '--cert-dir', certificates]
  expect(JSON.parse(await skopeo('inspect', ...theirs, `docker-daemon:${name}`))).toMatchObject({
    Layers: image.diffIds
  })
  const copied = await box.images.copy(`docker-daemon:${name}`, `dir:${join(directory, 'tls')}`, { source: secured })
  const plain = await box.images.copy(`docker-daemon:${name}`, `dir:${join(directory, 'plain')}`, { source: at() })
  expect(copied.digest).toBe(plain.digest)
  const strange = box.images.copy(`docker-daemon:${name}`, 'dir:/nowhere', { source: { daemonHost: daemon.tlsHost! } })
  await expect(strange).rejects.toMatchObject({ code: 'unavailable' })
})

test.runIf(hasDocker)('what Docker does not have or cannot take is told', async () => {
  const missing = box.images.copy('docker-daemon:quay.io/no/such:1', 'dir:/nowhere', { source: at() })
  await expect(missing).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('has no image quay.io/no/such:1')
  })
  const { place } = await published()
  const nobody = { daemonHost: `unix://${join(directory, 'nobody.sock')}` }
  await expect(box.images.copy(place, 'docker-daemon:a:1', { destination: nobody })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('cannot reach the Docker daemon')
  })
})

test.runIf(hasDocker)('an archive that breaks off leaves Docker without the image', async () => {
  const image = randomImage({ layers: 1, compression: ['none'] })
  const known = async () => (await docker('images', '-aq')).split('\n').toSorted()
  const before = await known()
  {
    await using sink = await openSink('docker-daemon:broken:1', { request: at(), tmp: join(directory, 'tmp') })
    const [layer] = image.layers
    const bytes = image.blobs.get(layer!.digest)!
    await sink.putBlob({
      descriptor: layer!,
      chunkSize: 1024 ** 2,
      read: async function* () {
        yield bytes
      }
    })
  }
  expect(await known()).toEqual(before)
})
