import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  type DockerRegistry,
  pushTestImage,
  randomImage,
  startDockerRegistry,
  type TestImage,
  isInstalled
} from '@runcible/fixtures'
import { type Index, ociMediaTypes, type Platform } from '@runcible/oci-spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ociArtifacts, ociManifestLists } from '../../src/index.ts'
import { sandbox } from '../sandbox.ts'

const run = promisify(execFile)
const amd: Platform = { architecture: 'amd64', os: 'linux' }
const arm: Platform = { architecture: 'arm64', os: 'linux' }
const undo = new AsyncDisposableStack()
let registry: DockerRegistry
let directory: string
let podman: (...args: readonly string[]) => Promise<string>

const hasPodman = isInstalled('podman')

beforeAll(async () => {
  registry = undo.use(await startDockerRegistry())
  directory = await mkdtemp(join(tmpdir(), 'lists-'))
  undo.defer(() => rm(directory, { recursive: true, force: true }))
  const [registries, containers] = [join(directory, 'registries.conf'), join(directory, 'containers.conf')]
  await writeFile(registries, `[[registry]]\nlocation = "${registry.host}"\ninsecure = true\n`)
  await writeFile(containers, '[containers]\ndefault_ulimits = ["nofile=1024:1024"]\n')
  const flags = [
    '--root',
    join(directory, 'root'),
    '--runroot',
    join(directory, 'run'),
    '--storage-driver',
    'vfs',
    '--runtime',
    'runc'
  ]
  const env = { ...process.env, CONTAINERS_CONF: containers, CONTAINERS_REGISTRIES_CONF: registries }
  podman = async (...args) => (await run('podman', [...flags, ...args], { env })).stdout.trim()
})
afterAll(() => undo.disposeAsync())

async function store() {
  const box = await sandbox()
  const init = { registries: { insecure: [registry.host] } }
  return {
    images: box.again(init),
    lists: ociManifestLists(init)(box.components),
    artifacts: ociArtifacts(init)(box.components),
    [Symbol.asyncDispose]: () => box[Symbol.asyncDispose]()
  }
}

const skopeoRaw = async (name: string): Promise<string> =>
  (await run('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${name}`])).stdout

async function publish(
  platform: Platform,
  repository: string
): Promise<{ readonly image: TestImage; readonly name: string }> {
  const image = randomImage({ platform })
  return { image, name: await pushTestImage(registry.host, image, repository) }
}

test('skopeo and podman read the list that we push, and take the image of a platform from it', async () => {
  await using box = await store()
  const [local, remote] = [await publish(amd, 'source/local'), await publish(arm, 'source/remote')]
  await box.images.pull(local.name, { platform: amd })
  await box.lists.create('list', { images: [local.name], annotations: { 'org.example.list': 'yes' } })
  const { bytes, digest } = await box.lists.add('list', `docker://${remote.name}`, { entry: { variant: 'v8' } })
  const name = `${registry.host}/ours/list:1`
  expect(await box.lists.push('list', name)).toBe(digest)
  expect(await skopeoRaw(name)).toBe(Buffer.from(bytes).toString())
  const config = await run('skopeo', [
    'inspect',
    '--config',
    '--override-arch',
    'arm64',
    '--tls-verify=false',
    `docker://${name}`
  ])
  expect(JSON.parse(config.stdout)).toMatchObject({ architecture: 'arm64' })
  if (!hasPodman) return
  const seen = JSON.parse(await podman('manifest', 'inspect', name)) as Index
  expect(seen.manifests).toEqual((await box.lists.get('list')).index.manifests)
  expect(await podman('pull', '-q', '--arch', 'arm64', name)).toBe(remote.image.id)
})

test.runIf(hasPodman)('we read the list that podman pushes, print the same of it, and pull from it', async () => {
  await using box = await store()
  const [one, other] = [await publish(amd, 'source/one'), await publish(arm, 'source/other')]
  const name = `${registry.host}/theirs/list:1`
  await podman('manifest', 'create', 'theirs', `docker://${one.name}`)
  await podman('manifest', 'add', '--annotation', 'a=b', 'theirs', `docker://${other.name}`)
  await podman('manifest', 'push', '--all', 'theirs', `docker://${name}`)
  const { bytes, mediaType } = await box.lists.inspect(name)
  expect(Buffer.from(bytes).toString()).toBe(await skopeoRaw(name))
  expect(mediaType).toBe(ociMediaTypes.index)
  expect((await box.images.pull(name, { platform: arm })).id).toBe(other.image.id)
  // The same steps give the same bytes.
  await box.lists.create('ours', { images: [one.name] })
  const made = await box.lists.add('ours', other.name, { entry: { annotations: { a: 'b' } } })
  expect(Buffer.from(made.bytes).toString()).toBe(await skopeoRaw(name))
})

test('a list in docker’s format with another compression is what skopeo copies', async () => {
  await using box = await store()
  const { name } = await publish(amd, 'source/converted')
  await box.lists.create('list', { images: [name] })
  await box.lists.push('list', `${registry.host}/ours/docker:1`, { format: 'docker' })
  await box.lists.push('list', `${registry.host}/ours/both:1`, { addCompression: ['zstd'] })
  for (const tag of ['docker', 'both']) {
    const target = join(directory, tag)
    await run('skopeo', [
      'copy',
      '--all',
      '--src-tls-verify=false',
      `docker://${registry.host}/ours/${tag}:1`,
      `dir:${target}`
    ])
  }
})

test('a registry without the referrers API keeps them under the tag of the subject', async () => {
  await using box = await store()
  const { name, image } = await publish(amd, 'source/subject')
  const file = join(directory, 'sbom.json')
  await writeFile(file, '{"sbom":true}\n')
  const artifact = `${registry.host}/source/subject:sbom`
  const made = await box.artifacts.add(artifact, { files: [file], type: 'application/spdx+json', subject: name })
  expect(made.manifest.subject?.digest).toBe(image.descriptor.digest)
  expect(await box.artifacts.push(artifact)).toBe(made.digest)
  const tag = `sha256-${image.descriptor.digest.slice(7)}`
  const index = JSON.parse(await skopeoRaw(`${registry.host}/source/subject:${tag}`)) as Index
  expect(index.manifests).toMatchObject([{ digest: made.digest, artifactType: 'application/spdx+json' }])
  const { referrers } = await box.artifacts.referrers(name, { artifactType: 'application/spdx+json' })
  expect(referrers.map(({ digest }) => digest)).toEqual([made.digest])
  await box.artifacts.remove(artifact)
  const pulled = await box.artifacts.pull(`${registry.host}/source/subject@${made.digest}`)
  const content = await Array.fromAsync(box.artifacts.read(pulled.name, pulled.manifest.layers[0]!.digest))
  expect(Buffer.concat(content).toString()).toBe('{"sbom":true}\n')
})
