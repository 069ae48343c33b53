import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  type DockerRegistry,
  pushTestImage,
  randomImage,
  startDockerRegistry,
  type TestImage,
  testIndexOf
} from '@runcible/fixtures'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Sandbox, sandbox } from '../sandbox.ts'

const run = promisify(execFile)
const undo = new AsyncDisposableStack()
let registry: DockerRegistry
let box: Sandbox
let directory: string
let count = 0

beforeAll(async () => {
  registry = undo.use(await startDockerRegistry())
  directory = await mkdtemp(join(tmpdir(), 'transports-'))
  undo.defer(() => rm(directory, { recursive: true, force: true }))
  box = undo.use(await sandbox({ registries: { insecure: [registry.host] }, tmp: join(directory, 'tmp') }))
})
afterAll(() => undo.disposeAsync())

const transports = ['docker', 'oci', 'oci-archive', 'docker-archive', 'dir'] as const
type Transport = (typeof transports)[number]

/** A place that nothing has yet. */
const place = (transport: Transport): string => {
  const id = `place-${count++}`
  if (transport === 'docker') return `docker://${registry.host}/${id}:v1`
  if (transport === 'dir') return `dir:${join(directory, id)}`
  return `${transport}:${join(directory, id)}:${transport === 'docker-archive' ? 'quay.io/test/app:v1' : 'v1'}`
}

const skopeo = (...args: readonly string[]) => run('skopeo', [...args])
const skopeoCopy = (from: string, to: string, ...flags: readonly string[]) =>
  skopeo('copy', '--quiet', '--src-tls-verify=false', '--dest-tls-verify=false', ...flags, from, to)
const ourCopy = (from: string, to: string) => box.images.copy(from, to)

const tls = (at: string): readonly string[] => (at.startsWith('docker:') ? ['--tls-verify=false'] : [])
const rawManifest = async (at: string): Promise<string> => (await skopeo('inspect', ...tls(at), '--raw', at)).stdout

async function diffIdsAt(at: string): Promise<readonly string[]> {
  const { stdout } = await skopeo('inspect', ...tls(at), '--config', at)
  return (JSON.parse(stdout) as { rootfs: { diff_ids: string[] } }).rootfs.diff_ids
}

async function published(init: Parameters<typeof randomImage>[0] = {}): Promise<{ image: TestImage; at: string }> {
  const image = randomImage({ layers: 3, entries: 8, ...init })
  return { image, at: `docker://${await pushTestImage(registry.host, image, `origin-${count++}`, 'v1')}` }
}

describe.each(transports)('%s', (transport) => {
  test.each(['oci', 'docker'] as const)('we read what skopeo wrote (%s)', async (format) => {
    const { image, at } = await published({ format })
    const [theirs, ours] = [place(transport), place('docker')]
    await skopeoCopy(at, theirs)
    const { digest } = await ourCopy(theirs, ours)
    expect(await diffIdsAt(ours)).toEqual(image.diffIds)
    if (transport === 'docker' || transport === 'dir') expect(digest).toBe(image.descriptor.digest)
    const pulled = await box.images.pull(theirs)
    expect(pulled.diffIds).toEqual(image.diffIds)
    // It writes the config anew when it makes an OCI image of a Docker one.
    if (format === 'oci' || !transport.startsWith('oci')) expect(pulled.id).toBe(image.id)
    await box.images.remove(pulled.id, { force: true })
  })

  test.each(['oci', 'docker'] as const)('skopeo reads what we wrote (%s)', async (format) => {
    const { image, at } = await published({ format, compression: ['gzip', 'none', 'gzip'] })
    const [ours, theirs] = [place(transport), place('docker')]
    const { digest } = await ourCopy(at, ours)
    expect(await diffIdsAt(ours)).toEqual(image.diffIds)
    const kept = transport === 'docker' || transport === 'dir' || (format === 'oci' && transport !== 'docker-archive')
    if (kept) expect(digest).toBe(image.descriptor.digest)
    await skopeoCopy(ours, theirs)
    expect(await diffIdsAt(theirs)).toEqual(image.diffIds)
    const { layers } = JSON.parse(await rawManifest(theirs)) as { layers: unknown[] }
    expect(layers).toHaveLength(3)
  })

  test.each(transports)('to %s and back', async (other) => {
    const { image, at } = await published({ compression: ['none', 'gzip', 'none'] })
    const [first, second, last] = [place(transport), place(other), place('docker')]
    await ourCopy(at, first)
    await ourCopy(first, second)
    await ourCopy(second, last)
    expect(await diffIdsAt(last)).toEqual(image.diffIds)
    expect(await box.blobs()).toEqual([])
  })
})

const indexes = ['docker', 'oci', 'oci-archive', 'dir'] as const

test.each(indexes)('an index with all its images through %s, as skopeo has it', async (transport) => {
  const parts = (['amd64', 'arm64'] as const).map((architecture) => {
    const platform = { os: 'linux', architecture }
    return { platform, image: randomImage({ platform, layers: 2 }) }
  })
  const index = testIndexOf(parts)
  const at = `docker://${await pushTestImage(registry.host, index, `index-${count++}`, 'v1')}`
  const [ours, theirs, again] = [place(transport), place(transport), place('docker')]
  expect((await box.images.copy(at, ours, { images: 'all' })).digest).toBe(index.descriptor.digest)
  await skopeoCopy(at, theirs, '--all')
  expect((await box.images.copy(theirs, again, { images: 'all' })).digest).toBe(index.descriptor.digest)
  const checked = place('docker')
  await skopeoCopy(ours, checked, '--all')
  expect(await rawManifest(checked)).toBe(index.manifest.toString())
  expect(await rawManifest(again)).toBe(index.manifest.toString())
})

test('several images in one docker-archive, for skopeo', async () => {
  const [one, two] = [await published(), await published()]
  const names = await Promise.all([one, two].map(async ({ at }) => (await box.images.pull(at)).name))
  const file = join(directory, 'several.tar')
  await box.images.save(names, { multi: true }, { path: file })
  expect(await diffIdsAt(`docker-archive:${file}:${names[1]}`)).toEqual(two.image.diffIds)
  expect(await diffIdsAt(`docker-archive:${file}:@0`)).toEqual(one.image.diffIds)
  for (const name of names) await box.images.remove(name)
})

test('umoci unpacks our layout, and we copy its', async () => {
  const { image, at } = await published()
  const layout = join(directory, 'for-umoci')
  await box.images.copy(at, `oci:${layout}:v1`)
  expect((await run('umoci', ['ls', '--layout', layout])).stdout).toBe('v1\n')
  const bundle = join(directory, 'bundle')
  await run('umoci', ['unpack', '--image', `${layout}:v1`, bundle])
  expect(await readdir(join(bundle, 'rootfs'))).toHaveLength(3)
  await mkdir(join(directory, 'extra'))
  await writeFile(join(directory, 'extra', 'hello'), 'from umoci')
  await run('umoci', ['insert', '--image', `${layout}:v1`, '--tag', 'v2', join(directory, 'extra'), '/extra'])
  const pulled = await box.images.pull(`oci:${layout}:v2`)
  expect(pulled).toMatchObject({ name: 'localhost/v2:latest' })
  expect(pulled.diffIds.slice(0, 3)).toEqual(image.diffIds)
  await box.images.remove(pulled.id)
})

test('what is already at a layout stays', async () => {
  const [one, two] = [await published(), await published()]
  const layout = join(directory, 'shared-layout')
  await box.images.copy(one.at, `oci:${layout}:one`)
  await skopeoCopy(two.at, `oci:${layout}:two`)
  await box.images.copy(two.at, `oci:${layout}:three`)
  const index = JSON.parse(await readFile(join(layout, 'index.json'), 'utf8')) as {
    manifests: { annotations: Record<string, string> }[]
  }
  expect(index.manifests.map(({ annotations }) => annotations['org.opencontainers.image.ref.name'])).toEqual([
    'one',
    'two',
    'three'
  ])
  await expect(box.images.copy(`oci:${layout}`, place('dir'))).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining('has 3 images: say which'),
    hint: expect.stringContaining('"one", "two", "three"')
  })
})

test('layouts that share their blobs, as skopeo has them', async () => {
  const { image, at } = await published()
  const [theirs, ours] = [join(directory, 'shared-theirs'), join(directory, 'shared-ours')]
  const blobs = join(directory, 'shared-blobs')
  await skopeoCopy(at, `oci:${theirs}:v1`, '--dest-shared-blob-dir', blobs)
  const source = { sharedBlobDirectory: blobs }
  const { digest } = await box.images.copy(`oci:${theirs}:v1`, `oci:${ours}:v1`, { source, destination: source })
  expect(digest).toBe(image.descriptor.digest)
  expect(await readdir(ours)).toEqual(['index.json', 'oci-layout'])
  const copied = place('docker')
  await skopeoCopy(`oci:${ours}:v1`, copied, '--src-shared-blob-dir', blobs)
  expect(await diffIdsAt(copied)).toEqual(image.diffIds)
  await expect(ourCopy(`oci:${ours}:v1`, place('dir'))).rejects.toMatchObject({ code: 'not-found' })
})
