import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import {
  hostileLayers,
  randomImage,
  rawTar,
  startRegistry,
  tarArchive,
  type TarMember,
  type TestImage,
  testImageOf,
  type TestRegistry
} from '@runcible/fixtures'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { oursOnly, useSandbox } from '../src/index.ts'

const box = useSandbox()
let registry: TestRegistry
let count = 0
const fresh = (): string => box.file(`place-${count++}`)

beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry[Symbol.asyncDispose]())

const image = randomImage({ layers: 2, compression: 'gzip' })
const [layer] = image.layers
const layerDigest = layer?.digest ?? ''
const manifest = JSON.parse(image.manifest.toString()) as { config: object; layers: readonly object[] }
const flipped = (bytes: Buffer | undefined): Buffer => {
  const copy = Buffer.from(bytes ?? '')
  copy[copy.length >> 1]! ^= 1
  return copy
}

/** The files of an OCI layout of an image; `change` has other bytes for some of them. */
function layout(of: TestImage, change: Readonly<Record<string, Buffer>> = {}): TarMember[] {
  const index = {
    schemaVersion: 2,
    manifests: [{ ...of.descriptor, annotations: { 'org.opencontainers.image.ref.name': 'v1' } }]
  }
  const blobs = [...of.blobs, [of.descriptor.digest, of.manifest] as const]
  return [
    { name: 'oci-layout', content: '{"imageLayoutVersion":"1.0.0"}' },
    { name: 'index.json', content: JSON.stringify(index) },
    ...blobs.map(([digest, bytes]) => ({ name: `blobs/sha256/${digest.slice(7)}`, content: change[digest] ?? bytes }))
  ]
}

function write(members: readonly TarMember[]): string {
  const path = fresh()
  for (const { name, content = '' } of members) {
    mkdirSync(join(path, name, '..'), { recursive: true })
    writeFileSync(join(path, name), content)
  }
  return path
}

function archive(bytes: Buffer): string {
  const path = fresh()
  writeFileSync(path, bytes)
  return path
}

/** An archive as `docker save` writes it, of one layer. */
function dockerArchive(tar: Buffer): Buffer {
  const { id, config, blobs } = testImageOf({ tars: [tar], compression: 'none', format: 'docker' })
  const list = [{ Config: `${id}.json`, RepoTags: ['quay.io/hostile/app:1'], Layers: ['layer.tar'] }]
  return rawTar([
    { name: 'layer.tar', content: tar },
    { name: `${id}.json`, content: blobs.get(config.digest) ?? '' },
    { name: 'manifest.json', content: JSON.stringify(list) }
  ])
}

/**
 * Every file that the engine keeps, and temporary ones anywhere. Not those of its database, nor the notes of what the
 * kernel may still have to write, which go by themselves.
 */
function kept(): readonly string[] {
  const root = join(box.directory, 'root')
  const own = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => !/\.db(?:-\w+)?$/.test(name) && !/(?:^|\/)unsynced(?:\/|$)/.test(name) && name !== 'tmp')
    .toSorted()
  return [...own, ...readdirSync('/var/tmp').filter((name) => name.startsWith('spool-'))]
}

async function refuses(args: readonly string[], says: RegExp): Promise<void> {
  const before = kept()
  const text = await box.fails(125, ...args)
  expect(text).toMatch(says)
  // One line for what is wrong, and perhaps one that helps.
  expect(text.trimEnd()).toMatch(/^Error: .*(?:\nHint: .*)?$/)
  expect(kept()).toEqual(before)
}

const pulls = (repository: string): readonly string[] => [
  'pull',
  '--quiet',
  '--tls-verify=false',
  `${registry.host}/${repository}`
]

describe('a layout with', () => {
  const broken: readonly (readonly [string, () => TarMember[], RegExp])[] = [
    [
      'a layer of other bytes',
      () => layout(image, { [layerDigest]: flipped(image.blobs.get(layer!.digest)) }),
      new RegExp(layerDigest)
    ],
    [
      'a cut layer',
      () => layout(image, { [layerDigest]: image.blobs.get(layer!.digest)!.subarray(0, 100) }),
      new RegExp(layerDigest)
    ],
    [
      'a config of other bytes',
      () => layout(image, { [image.config.digest]: flipped(image.blobs.get(image.config.digest)) }),
      new RegExp(image.config.digest)
    ],
    [
      'a manifest of other bytes',
      () => layout(image, { [image.descriptor.digest]: flipped(image.manifest) }),
      new RegExp(image.descriptor.digest)
    ],
    ['a manifest of 5 MiB', () => layout(image, { [image.descriptor.digest]: Buffer.alloc(5 << 20, ' ') }), /4 MiB/],
    ['no blobs', () => layout(image).slice(0, 2), new RegExp(image.descriptor.digest)],
    [
      'an index that is no JSON',
      () => [
        ...layout(image).filter(({ name }) => name !== 'index.json'),
        { name: 'index.json', content: '\u001b[2J' }
      ],
      /not valid JSON/
    ],
    [
      'an index of too many brackets',
      () => [
        ...layout(image).filter(({ name }) => name !== 'index.json'),
        { name: 'index.json', content: '['.repeat(1_000_000) }
      ],
      /nested deeper/
    ]
  ]

  oursOnly.for(broken)('%s is refused, from a directory and from an archive', async ([, members, says]) => {
    const path = write(members())
    const tar = archive(tarArchive(members()))
    await refuses(['pull', '--quiet', `oci:${path}:v1`], says)
    await refuses(['load', '--quiet', '--input', path], says)
    await refuses(['load', '--quiet', '--input', tar], says)
    await refuses(['pull', '--quiet', `oci-archive:${tar}:v1`], says)
    const to = fresh()
    await refuses(['image', 'copy', '--quiet', `oci:${path}:v1`, `oci-archive:${to}:v1`], says)
    expect(existsSync(to)).toBe(false)
  })

  oursOnly('links to files of the host is refused', async () => {
    for (const name of [`blobs/sha256/${layerDigest.slice(7)}`, 'index.json', 'blobs']) {
      const path = write(layout(image))
      rmSync(join(path, name), { recursive: true })
      symlinkSync('/etc/hostname', join(path, name))
      await refuses(['load', '--quiet', '--input', path], /symbolic link/)
    }
  })
})

describe('an archive that', () => {
  const good = dockerArchive(rawTar([{ name: 'file', content: 'content' }]))
  const bomb = gzipSync(rawTar([{ name: 'zeros', content: Buffer.alloc(1 << 20) }]))
  oursOnly.for([
    ['is cut', good.subarray(0, 1300), /supported image formats|ends early/],
    ['is packed and cut', gzipSync(good).subarray(0, -9), /gzip/],
    ['is packed with garbage after it', Buffer.concat([gzipSync(good), Buffer.from('garbage')]), /gzip/],
    ['has no images', bomb, /supported image formats|no file/],
    [
      'has two lists of images',
      Buffer.concat([good.subarray(0, -1024), rawTar([{ name: 'manifest.json', content: '[]' }])]),
      /two files manifest\.json/
    ]
  ] as const)('%s is refused', async ([, bytes, says]) => {
    await refuses(['load', '--quiet', '--input', archive(bytes)], says)
    await refuses(['pull', '--quiet', `docker-archive:${archive(bytes)}`], says)
    const before = kept()
    const { exitCode, stderr } = await box.run(['load', '--quiet'], { input: bytes })
    expect([exitCode, stderr]).toEqual([125, expect.stringMatching(says)])
    expect(kept()).toEqual(before)
  })

  oursOnly('has layers that would escape changes nothing outside', async () => {
    const outside = box.file('outside')
    mkdirSync(outside)
    writeFileSync(`${outside}/victim`, 'untouched')
    // Those that are refused take the same way as those of a registry.
    const contained = hostileLayers(outside).filter(({ outcome }) => outcome === 'contained')
    for (const { name, tar } of contained) {
      const before = kept()
      await box.ok('load', '--quiet', '--input', archive(dockerArchive(tar)))
      await box.ok('rmi', 'quay.io/hostile/app:1')
      expect([name, kept()]).toEqual([name, before])
    }
    expect(readdirSync(outside)).toEqual(['victim'])
    expect(readFileSync(`${outside}/victim`, 'utf8')).toBe('untouched')
  })
})

describe('a registry that serves', () => {
  const oci = 'application/vnd.oci.image.manifest.v1+json'
  const index = 'application/vnd.oci.image.index.v1+json'
  const json = (value: object): Buffer => Buffer.from(JSON.stringify(value))
  oursOnly.for([
    ['a manifest in 5 MiB', Buffer.alloc(5 << 20, ' '), oci, /4 MiB/],
    ['a manifest that is an index too', json({ ...manifest, manifests: [] }), oci, /must not have "manifests"/],
    ['a manifest with a second spelling', json({ ...manifest, Layers: [] }), oci, /must not|another spelling/],
    ['an index of nothing', json({ schemaVersion: 2, mediaType: index, manifests: [] }), index, /is empty/],
    ['brackets', Buffer.from('['.repeat(1_000_000)), oci, /nested deeper/],
    [
      'layers that the config does not know',
      json({ ...manifest, layers: [...manifest.layers, ...manifest.layers] }),
      oci,
      /4 layers but its config names 2/
    ],
    ['control characters', Buffer.from('{"schemaVersion":2,"mediaType":"\\u001b]0;x\\u0007"}'), oci, /media type/]
  ] as const)('%s is refused', async ([, bytes, mediaType, says]) => {
    registry.put(image, 'served', 'good')
    registry.putManifest('served', 'latest', bytes, mediaType)
    await refuses(pulls('served'), says)
    if (!says.test('4 layers but its config names 2')) {
      const to = fresh()
      await refuses(
        ['image', 'copy', '--quiet', '--src-tls-verify=false', `docker://${registry.host}/served`, `oci-archive:${to}`],
        says
      )
      expect(existsSync(to)).toBe(false)
    }
  })
})

describe('a layer that unpacks to more than is allowed', () => {
  const bomb = testImageOf({
    tars: [rawTar([{ name: 'zeros', content: Buffer.alloc(64 << 20) }])],
    compression: 'gzip'
  })

  oursOnly('is refused, and nothing of it stays', async () => {
    const name = registry.put(bomb, 'bomb')
    const before = kept()
    const env = { RUNCIBLE_MAX_LAYER_SIZE: '1m' }
    for (const args of [
      ['pull', '--quiet', '--tls-verify=false', name],
      ['load', '--quiet', '--input', archive(tarArchive(layout(bomb)))]
    ]) {
      const { exitCode, stderr } = await box.run(args, { env })
      expect([exitCode, stderr]).toEqual([125, expect.stringMatching(/^Error: .*unpacks to more than/)])
      expect(stderr).toContain(bomb.layers[0]?.digest)
      expect(kept()).toEqual(before)
    }
    expect((await box.run(['image', 'exists', name])).exitCode).toBe(1)
  })
})

describe('a list of images', () => {
  const index = 'application/vnd.oci.image.index.v1+json'
  const entry = { ...image.descriptor, platform: { os: 'linux', architecture: 'amd64' } }
  const serve = (tag: string, document: object): string =>
    registry.putManifest('lists', tag, Buffer.from(JSON.stringify(document)), index)

  oursOnly.for([
    ['an entry whose size is wrong', [{ ...entry, size: entry.size + 1 }], new RegExp(image.descriptor.digest)],
    ['an entry that is not there', [{ ...entry, digest: `sha256:${'0'.repeat(64)}` }], /0{64}/],
    ['an entry that is no manifest', [{ ...entry, mediaType: 'text/plain' }], /text\/plain/],
    ['a digest that leads elsewhere', [{ ...entry, digest: 'sha256:../../x' }], /\/manifests\/0\/digest/]
  ] as const)('with %s is neither added nor copied whole', async ([, manifests, says]) => {
    registry.put(image, 'lists', 'good')
    const name = serve('bad', { schemaVersion: 2, mediaType: index, manifests })
    const list = `list-${count++}`
    await box.ok('manifest', 'create', list)
    const shown = await box.ok('manifest', 'inspect', list)
    const to = fresh()
    expect(
      await box.fails(
        125,
        'image',
        'copy',
        '--all',
        '--quiet',
        '--src-tls-verify=false',
        `docker://${name}`,
        `oci-archive:${to}`
      )
    ).toMatch(says)
    expect(existsSync(to)).toBe(false)
    expect(await box.fails(125, 'manifest', 'add', '--all', '--tls-verify=false', list, `docker://${name}`)).toMatch(
      says
    )
    expect(await box.ok('manifest', 'inspect', list)).toBe(shown)
    await box.ok('manifest', 'rm', list)
  })
})
