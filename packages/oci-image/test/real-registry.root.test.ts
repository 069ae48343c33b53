import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  buildBusyboxImage,
  type DockerRegistry,
  pushTestImage,
  randomImage,
  startDockerRegistry,
  isInstalled
} from '@runcible/fixtures'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sandbox } from './sandbox.ts'

const run = promisify(execFile)
let registry: DockerRegistry
let directory: string
const undo = new AsyncDisposableStack()

beforeAll(async () => {
  registry = undo.use(await startDockerRegistry())
  directory = await mkdtemp(join(tmpdir(), 'images-'))
  undo.defer(() => rm(directory, { recursive: true, force: true }))
})
afterAll(() => undo.disposeAsync())

const store = async () => {
  const box = await sandbox({ registries: { insecure: [registry.host] } })
  return { ...box, [Symbol.asyncDispose]: () => box[Symbol.asyncDispose]() }
}

test('pulls from docker-registry what was built by hand, and what skopeo copied there', async () => {
  await using box = await store()
  const { image, name } = await buildBusyboxImage(registry.host)
  expect(await box.images.pull(name)).toMatchObject({ id: image.id, manifest: image.descriptor })
  const copy = `${registry.host}/copied/busybox:v2s2`
  await run('skopeo', [
    'copy',
    '--src-tls-verify=false',
    '--dest-tls-verify=false',
    '--format=v2s2',
    `docker://${name}`,
    `docker://${copy}`
  ])
  // Another manifest for the same image: a push of this name sends this manifest.
  const pulled = await box.images.pull(copy)
  expect(pulled).toMatchObject({ id: image.id, diffIds: image.diffIds })
  const digest = await box.images.push(copy, `${registry.host}/copied/again`)
  expect(digest).not.toBe(image.descriptor.digest)
  expect(pulled.digests).toContain(`${registry.host}/copied/busybox@${digest}`)
})

test.each(['oci', 'docker'] as const)('what we push as %s is what skopeo copies', async (format) => {
  await using box = await store()
  const image = randomImage({ format, layers: 3, entries: 20 })
  await box.images.pull(await pushTestImage(registry.host, image, `source/${format}`))
  const destination = `${registry.host}/pushed/${format}:v1`
  expect(await box.images.push(`${registry.host}/source/${format}`, destination)).toBe(image.descriptor.digest)
  const target = join(directory, `copy-${format}`)
  await run('skopeo', ['copy', '--src-tls-verify=false', `docker://${destination}`, `dir:${target}`])
  expect(await readFile(join(target, 'manifest.json'))).toEqual(image.manifest)
  expect((await readdir(target)).filter((file) => /^[0-9a-f]{64}$/.test(file)).toSorted()).toEqual(
    [...image.blobs.keys()].map((digest) => digest.slice(7)).toSorted()
  )
})

test('pushes in chunks', async () => {
  await using box = await store()
  const images = box.again({ registries: { insecure: [registry.host] }, uploadChunkSize: 64 * 1024 })
  const image = randomImage({ layers: 1, entries: 3, fileSize: 100_000, compression: 'none' })
  const name = box.registry.put(image, 'app')
  await box.again({ registries: { insecure: [box.registry.host] } }).pull(name)
  expect(await images.push(name, `${registry.host}/chunked`)).toBe(image.descriptor.digest)
  expect(await images.pull(`${registry.host}/chunked`)).toMatchObject({ id: image.id })
})

test('an unknown image', async () => {
  await using box = await store()
  await expect(box.images.pull(`${registry.host}/nothing/here:v1`)).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining(`image ${registry.host}/nothing/here:v1 not found`)
  })
})

test.each(['oci-archive', 'docker-archive'] as const)('skopeo reads our %s', async (format) => {
  await using box = await store()
  const { image, name } = await buildBusyboxImage(registry.host, { repository: `export/${format}` })
  await box.images.pull(name)
  const file = join(directory, `${format}.tar`)
  await box.images.save([name], { format }, { path: file })
  const inspected = JSON.parse((await run('skopeo', ['inspect', '--config', `${format}:${file}`])).stdout) as {
    rootfs: { diff_ids: string[] }
  }
  expect(inspected.rootfs.diff_ids).toEqual(image.diffIds)
  const again = `${registry.host}/again/${format}`
  await run('skopeo', ['copy', '--dest-tls-verify=false', `${format}:${file}`, `docker://${again}`])
  expect(await box.images.pull(again)).toMatchObject({ diffIds: image.diffIds })
})

// skopeo is there on every machine that tests; Podman is a peer that need not be.
const hasPodman = isInstalled('podman')

test.runIf(hasPodman).each(['oci-archive', 'docker-archive'] as const)('podman loads our %s', async (format) => {
  await using box = await store()
  const { image, name } = await buildBusyboxImage(registry.host, { repository: `load/${format}` })
  await box.images.pull(name)
  const file = join(directory, `load-${format}.tar`)
  await box.images.save([name], { format }, { path: file })
  const roots = [
    '--root',
    join(directory, `podman-${format}`),
    '--runroot',
    join(directory, `podman-run-${format}`),
    '--storage-driver',
    'vfs'
  ]
  const { stdout } = await run('podman', [...roots, 'load', '-i', file])
  expect(stdout).toContain(name)
  expect((await run('podman', [...roots, 'images', '--no-trunc', '--format', '{{.Id}}'])).stdout.trim()).toContain(
    image.id
  )
})
