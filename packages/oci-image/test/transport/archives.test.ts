import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { randomImage, type TarMember, tarArchive, type TestImage } from '@runcible/fixtures'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { plainName } from '../../src/transport/files/tar-index.ts'
import { sandbox } from '../sandbox.ts'

const directory = mkdtempSync(join(tmpdir(), 'archives-'))
afterAll(() => rmSync(directory, { recursive: true }))
let count = 0

const file = (bytes: Uint8Array): string => {
  const path = join(directory, `archive-${count++}.tar`)
  writeFileSync(path, bytes)
  return path
}

interface DockerArchiveInit {
  readonly names?: readonly string[]
  readonly layerName?: (at: number) => string
  readonly extra?: readonly TarMember[]
  readonly manifest?: unknown
}

function dockerMembers(image: TestImage, init: DockerArchiveInit = {}): TarMember[] {
  const { names = ['quay.io/test/app:1'], layerName = (at) => `layer-${at}.tar` } = init
  const manifest = [{ Config: `${image.id}.json`, RepoTags: names, Layers: image.layers.map((_, at) => layerName(at)) }]
  return [
    ...image.layers.map(({ digest }, at) => ({ name: layerName(at), content: image.blobs.get(digest)! })),
    { name: `${image.id}.json`, content: image.blobs.get(image.config.digest)! },
    { name: 'manifest.json', content: JSON.stringify(init.manifest ?? manifest) },
    ...(init.extra ?? [])
  ]
}

test.each([
  ['plain', 'none', (bytes: Buffer) => bytes],
  ['gzip', 'none', (bytes: Buffer) => gzipSync(bytes)],
  ['zstd', 'none', (bytes: Buffer) => zstdCompressSync(bytes)],
  ['plain', 'gzip', (bytes: Buffer) => bytes],
  ['plain', 'zstd', (bytes: Buffer) => bytes]
] as const)('loads a %s docker-archive with layers packed as %s', async (_packing, compression, pack) => {
  await using box = await sandbox({ tmp: directory })
  const image = randomImage({ compression, format: 'docker' })
  const path = file(pack(tarArchive(dockerMembers(image))))
  expect(await box.images.load(path)).toEqual([{ id: image.id, name: 'quay.io/test/app:1' }])
  expect(await box.images.resolve('quay.io/test/app:1')).toMatchObject({ id: image.id, diffIds: image.diffIds })
  expect(readdirSync(directory).filter((name) => name.startsWith('spool'))).toEqual([])
})

test('layers that are links to members, as old archives have them', async () => {
  await using box = await sandbox({ tmp: directory })
  const image = randomImage({ compression: 'none', layers: 1 })
  const members = dockerMembers(image)
  const linked = dockerMembers(image, { layerName: () => 'abc/layer.tar' }).find(
    ({ name }) => name === 'manifest.json'
  )!
  const archive = [
    members[0]!,
    members[1]!,
    { name: 'abc/layer.tar', type: 'symlink', target: '../layer-0.tar' },
    linked
  ] as const
  expect(await box.images.load(file(tarArchive(archive)))).toMatchObject([{ id: image.id }])
})

test('archives of Docker before 1.10, which have no manifest.json', async () => {
  await using box = await sandbox({ tmp: directory })
  const image = randomImage({ compression: 'none', layers: 2 })
  const [base, top] = ['a'.repeat(64), 'b'.repeat(64)]
  const created = '2015-01-02T03:04:05Z'
  const layer = (id: string, at: number, json: object): TarMember[] => [
    { name: `${id}/json`, content: JSON.stringify({ id, created, ...json }) },
    { name: `${id}/layer.tar`, content: image.blobs.get(image.layers[at]!.digest)! }
  ]
  const run = { Cmd: ['/bin/app'], Env: ['A=b'] }
  const members = [
    ...layer(base, 0, { container_config: { Cmd: ['/bin/sh', '-c', 'add'] } }),
    ...layer(top, 1, { parent: base, config: run, architecture: 'amd64', os: 'linux' }),
    { name: 'repositories', content: JSON.stringify({ 'old/app': { '1.0': top, latest: top } }) }
  ]
  const path = file(tarArchive(members))
  const names = ['docker.io/old/app:1.0', 'docker.io/old/app:latest']
  expect((await box.images.load(path)).map(({ name }) => name)).toEqual(names)
  expect(await box.images.resolve('old/app:1.0')).toMatchObject({
    diffIds: image.diffIds,
    imageConfig: { created, config: run, history: [{ created, created_by: '/bin/sh -c add' }, { created }] }
  })
  expect(await box.images.pull(`docker-archive:${path}:old/app:latest`)).toMatchObject({ diffIds: image.diffIds })
  const circle = members.map((member) =>
    member.name === `${base}/json` ? { ...member, content: JSON.stringify({ parent: top }) } : member
  )
  await expect(box.images.load(file(tarArchive(circle)))).rejects.toThrow('layers in a circle')
  const outside = { name: 'repositories', content: JSON.stringify({ x: { y: '../../etc' } }) }
  await expect(box.images.load(file(tarArchive([outside])))).rejects.toThrow('names no layer by its id')
})

test('an image is chosen by name or position', async () => {
  await using box = await sandbox({ tmp: directory })
  const [one, two] = [randomImage({ compression: 'none' }), randomImage({ compression: 'none' })]
  const members = (image: TestImage, prefix: string) =>
    dockerMembers(image, { layerName: (at) => `${prefix}${at}.tar` }).filter(({ name }) => name !== 'manifest.json')
  const entry = (image: TestImage, prefix: string, names: readonly string[]) => ({
    Config: `${image.id}.json`,
    RepoTags: names,
    Layers: image.layers.map((_, at) => `${prefix}${at}.tar`)
  })
  const manifest = [entry(one, 'a', ['x:1']), entry(two, 'b', ['x:2', 'quay.io/y:1'])]
  const path = file(
    tarArchive([
      ...members(one, 'a'),
      ...members(two, 'b'),
      { name: 'manifest.json', content: JSON.stringify(manifest) }
    ])
  )
  expect(await box.images.pull(`docker-archive:${path}:x:2`)).toMatchObject({
    id: two.id,
    names: ['docker.io/library/x:2']
  })
  expect(await box.images.pull(`docker-archive:${path}:@0`)).toMatchObject({ id: one.id })
  await expect(box.images.pull(`docker-archive:${path}`)).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining('has 2 images: say which')
  })
  await expect(box.images.pull(`docker-archive:${path}:z`)).rejects.toMatchObject({ code: 'not-found' })
  await expect(box.images.pull(`docker-archive:${path}:@2`)).rejects.toMatchObject({ code: 'not-found' })
  expect((await box.images.load(path)).map(({ name }) => name)).toEqual([
    'docker.io/library/x:1',
    'docker.io/library/x:2',
    'quay.io/y:1'
  ])
})

test('what is loaded can be saved, whatever was here before', async () => {
  await using box = await sandbox({ tmp: directory })
  const image = randomImage({ layers: 2 })
  const name = box.registry.put(image, 'app')
  await box.images.pull(name)
  const path = join(directory, 'saved.tar')
  await box.images.save([name], {}, { path })
  // The image is here under its registry's manifest; the archive has another one for it.
  await box.images.load(path)
  box.registry.addFault({ on: 'blob', action: 'status', status: 404 })
  await box.images.save([name], { format: 'oci-archive' }, { path: join(directory, 'again-1.tar') })
  // Its layers stay here unpacked, but not as the archive has them.
  await box.components.snapshotter.prepare('user', (await box.images.resolve(name)).chainId)
  await box.images.remove(name, { force: true })
  await box.images.load(path)
  expect((await box.images.resolve(name)).layers.map(({ digest }) => digest)).toEqual(image.diffIds)
  await box.images.save([name], { format: 'oci-archive' }, { path: join(directory, 'again-2.tar') })
  // And its registry's manifest comes back, without blobs.
  await box.images.pull(name)
  await box.images.save([name], { format: 'oci-archive' }, { path: join(directory, 'again-3.tar') })
})

const image = randomImage({ compression: 'none', layers: 1 })
const hostile: readonly (readonly [string, Buffer, string])[] = [
  ['no tar', Buffer.from('x'.repeat(5000)), 'does not match any of the supported image formats'],
  ['nothing', Buffer.alloc(0), 'does not match any of the supported image formats'],
  [
    'a cut archive',
    tarArchive(dockerMembers(image)).subarray(0, 3000),
    'does not match any of the supported image formats'
  ],
  ['no list', tarArchive(dockerMembers(image, { manifest: {} })), 'manifest.json is not a list'],
  ['a wrong entry', tarArchive(dockerMembers(image, { manifest: [{ Config: 3 }] })), 'lacks Config'],
  ['a list of null', tarArchive(dockerMembers(image, { manifest: [null] })), 'lacks Config'],
  [
    'a missing config',
    tarArchive(dockerMembers(image, { manifest: [{ Config: 'nope', Layers: [] }] })),
    'has no file nope'
  ],
  [
    'another number of layers',
    tarArchive(dockerMembers(image, { manifest: [{ Config: `${image.id}.json`, Layers: [] }] })),
    'it has 0 layers but its config names 1'
  ],
  [
    'a layer outside',
    tarArchive(dockerMembers(image, { manifest: [{ Config: `${image.id}.json`, Layers: ['../../etc/passwd'] }] })),
    'the layer "../../etc/passwd" is missing'
  ],
  [
    'a link outside',
    tarArchive(
      dockerMembers(image, {
        manifest: [{ Config: `${image.id}.json`, Layers: ['link'] }],
        extra: [{ name: 'link', type: 'symlink', target: '../../../etc/passwd' }]
      })
    ),
    'the layer "link" is missing'
  ],
  [
    'links in a circle',
    tarArchive(
      dockerMembers(image, {
        manifest: [{ Config: `${image.id}.json`, Layers: ['a'] }],
        extra: [
          { name: 'a', type: 'symlink', target: 'b' },
          { name: 'b', type: 'symlink', target: 'a' }
        ]
      })
    ),
    'the layer "a" is missing'
  ],
  [
    'another layer than the config names',
    tarArchive([
      ...dockerMembers(image).slice(1),
      { name: 'layer-0.tar', content: tarArchive([{ name: 'x', content: 'y' }]) }
    ]),
    'sha256:'
  ]
]

test.each(hostile)('%s is refused, and nothing stays', async (_what, bytes, message) => {
  await using box = await sandbox({ tmp: directory })
  await expect(box.images.load(file(bytes))).rejects.toThrow(message)
  async function* stream() {
    yield bytes
  }
  await expect(box.images.load(stream())).rejects.toThrow(message)
  expect(await box.images.list()).toEqual([])
  expect(await box.blobs()).toEqual([])
  expect(readdirSync(directory).filter((name) => name.startsWith('spool'))).toEqual([])
})

test('links of a directory are not followed', async () => {
  await using box = await sandbox({ tmp: directory })
  const layout = join(directory, 'layout')
  await box.images.copy(`docker://${box.registry.put(image, 'app')}`, `oci:${layout}:v1`)
  const blobs = join(layout, 'blobs', 'sha256')
  const layer = join(blobs, image.layers[0]!.digest.slice(7))
  rmSync(layer)
  symlinkSync('/etc/passwd', layer)
  await expect(box.images.pull(`oci:${layout}:v1`)).rejects.toThrow('symbolic link')
  rmSync(blobs, { recursive: true })
  mkdirSync(join(directory, 'elsewhere'))
  symlinkSync(join(directory, 'elsewhere'), blobs)
  await expect(box.images.pull(`oci:${layout}:v1`)).rejects.toThrow('symbolic link')
  expect(await box.images.list()).toEqual([])
})

test('a blob of a layout that was changed is not taken', async () => {
  await using box = await sandbox({ tmp: directory })
  const layout = join(directory, 'changed')
  const at = `docker://${box.registry.put(image, 'app')}`
  await box.images.copy(at, `oci:${layout}:v1`)
  const { digest } = image.layers[0]!
  const bytes = Buffer.from(image.blobs.get(digest)!)
  bytes[600]! ^= 1
  writeFileSync(join(layout, 'blobs', 'sha256', digest.slice(7)), bytes)
  for (const place of ['dir', 'oci', 'oci-archive', 'docker-archive'])
    await expect(
      box.images.copy(`oci:${layout}:v1`, `${place}:${join(directory, `copy-${place}`)}`)
    ).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining(digest)
    })
  await expect(box.images.pull(`oci:${layout}:v1`)).rejects.toMatchObject({ code: 'corrupt' })
  expect(readdirSync(directory).filter((name) => name.startsWith('copy-') && !/^copy-(oci|dir)$/.test(name))).toEqual(
    []
  )
  expect(readdirSync(join(directory, 'copy-dir'))).toEqual([])
})

test('names of members stay inside', () => {
  expect(['./a', 'a//b/./c', 'a/../b', '/a', '../a', 'a/../../b', '.', ''].map(plainName)).toEqual([
    'a',
    'a/b/c',
    'b',
    undefined,
    undefined,
    undefined,
    undefined,
    undefined
  ])
})

test('whatever the bytes of an archive are, it fails with an error of its own or loads', async () => {
  await using box = await sandbox({ tmp: directory })
  const good = tarArchive(dockerMembers(image))
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
      async (changes) => {
        const bytes = Buffer.from(good)
        for (const [at, value] of changes) bytes[at] = value
        const loaded = await box.images.load(file(bytes)).catch((error: unknown) => error)
        if (!Array.isArray(loaded)) expect(loaded).toMatchObject({ name: 'EngineError' })
      }
    ),
    { numRuns: 60 }
  )
})
