import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { randomImage, testIndexOf } from '@runcible/fixtures'
import { digestOf, dockerMediaTypes, ociMediaTypes } from '@runcible/oci-spec'
import { afterAll, describe, expect, test } from 'vitest'
import { encodeSignature } from '../src/trust/signature-file.ts'
import { sandbox } from './sandbox.ts'

const directory = mkdtempSync(join(tmpdir(), 'copies-'))
afterAll(() => rmSync(directory, { recursive: true }))
let count = 0
const fresh = (): string => join(directory, `copy-${count++}`)

interface StoredManifest {
  readonly mediaType: string
  readonly config: { readonly mediaType: string; readonly digest: string }
  readonly layers: readonly { readonly mediaType: string; readonly digest: string; readonly size: number }[]
}
const manifestIn = (path: string): StoredManifest => JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8'))
const blobIn = (path: string, digest: string): Buffer => readFileSync(join(path, digest.slice(7)))

describe('conversions', () => {
  test.each([
    ['oci', 'docker', dockerMediaTypes.manifest, dockerMediaTypes.layerGzip, dockerMediaTypes.config],
    ['docker', 'oci', ociMediaTypes.manifest, ociMediaTypes.layerGzip, ociMediaTypes.config]
  ] as const)(
    'from %s to %s keep config and layers byte for byte',
    async (from, to, mediaType, layerType, configType) => {
      await using box = await sandbox()
      const image = randomImage({ format: from })
      const path = fresh()
      const at = `docker://${box.registry.put(image, 'app')}`
      const { digest } = await box.images.copy(at, `dir:${path}`, { format: to })
      const manifest = manifestIn(path)
      expect(digest).toBe(digestOf(readFileSync(join(path, 'manifest.json'))))
      expect(manifest).toMatchObject({ mediaType, config: { mediaType: configType, digest: image.config.digest } })
      expect(manifest.layers.map((layer) => [layer.mediaType, layer.digest])).toEqual(
        image.layers.map((layer) => [layerType, layer.digest])
      )
      // The same format again changes nothing.
      expect((await box.images.copy(at, `dir:${fresh()}`, { format: from })).digest).toBe(image.descriptor.digest)
    }
  )

  test.each([
    ['gzip', 'zstd', true, ociMediaTypes.layerZstd],
    ['none', 'gzip', false, ociMediaTypes.layerGzip],
    ['none', 'zstd', false, ociMediaTypes.layerZstd],
    ['zstd', 'none', false, ociMediaTypes.layer],
    ['gzip', 'none', false, ociMediaTypes.layer]
  ] as const)('layers from %s to %s', async (from, to, force, mediaType) => {
    await using box = await sandbox({ tmp: directory })
    const image = randomImage({ compression: from })
    const path = fresh()
    const compression = { format: to, force, ...(to === 'none' ? {} : { level: 2 }) }
    await box.images.copy(`docker://${box.registry.put(image, 'app')}`, `dir:${path}`, { compression })
    const { layers, config } = manifestIn(path)
    expect(config.digest).toBe(image.config.digest)
    expect(layers.map((layer) => layer.mediaType)).toEqual([mediaType, mediaType])
    const unpack = { gzip: gunzipSync, zstd: zstdDecompressSync, none: (bytes: Buffer) => bytes }[to]
    expect(layers.map(({ digest }) => digestOf(unpack(blobIn(path, digest))))).toEqual(image.diffIds)
    expect(layers.map(({ digest }) => [digestOf(blobIn(path, digest)), blobIn(path, digest).length])).toEqual(
      layers.map(({ digest, size }) => [digest, size])
    )
  })

  test('packed layers stay without force, and zstd has no place in the Docker format', async () => {
    await using box = await sandbox()
    const [gzip, zstd] = [randomImage({ compression: 'gzip' }), randomImage({ compression: 'zstd' })]
    const [one, two] = [box.registry.put(gzip, 'one'), box.registry.put(zstd, 'two')]
    const kept = await box.images.copy(`docker://${one}`, `dir:${fresh()}`, { compression: { format: 'zstd' } })
    expect(kept.digest).toBe(gzip.descriptor.digest)
    const path = fresh()
    await expect(box.images.copy(`docker://${two}`, `dir:${path}`, { format: 'docker' })).rejects.toMatchObject({
      code: 'unsupported',
      message: expect.stringContaining('zstd')
    })
    await expect(
      box.images.copy(`docker://${one}`, `dir:${path}`, {
        format: 'docker',
        compression: { format: 'zstd', force: true }
      })
    ).rejects.toMatchObject({ code: 'unsupported' })
    expect(() => readFileSync(join(path, 'manifest.json'))).toThrow('ENOENT')
  })

  test.each([
    [{ format: 'gzip', level: 12 }, 'a level from -1 to 9'],
    [{ format: 'zstd', level: 0 }, 'a level from 1 to 22'],
    [{ format: 'none', level: 1 }, undefined]
  ] as const)('%j is refused', async (compression, hint) => {
    await using box = await sandbox()
    await expect(
      box.images.copy(`docker://${box.registry.put(randomImage(), 'app')}`, `dir:${fresh()}`, { compression })
    ).rejects.toMatchObject({ code: 'invalid-argument', ...(hint && { hint: expect.stringContaining(hint) }) })
  })

  test.each([
    [{ format: 'docker' }, 'dir'],
    [{ compression: { format: 'none' } }, 'dir'],
    [{}, 'docker-archive']
  ] as const)('preserved digests: %j to %s is refused before anything is written', async (wish, transport) => {
    await using box = await sandbox()
    const name = box.registry.put(randomImage(), 'app')
    const path = fresh()
    await expect(
      box.images.copy(`docker://${name}`, `${transport}:${path}`, { ...wish, preserveDigests: true })
    ).rejects.toMatchObject({ code: 'failed-precondition', hint: expect.stringContaining('--preserve-digests') })
    expect(() => readFileSync(path)).toThrow('ENOENT')
  })
})

describe('indexes', () => {
  const platforms = [
    { os: 'linux', architecture: 'amd64' },
    { os: 'linux', architecture: 'arm64' }
  ] as const
  const index = testIndexOf(platforms.map((platform) => ({ platform, image: randomImage({ platform }) })))
  const manifests = [...index.manifests.keys()]

  test('one platform, all, or the index alone', async () => {
    await using box = await sandbox()
    const at = `docker://${box.registry.put(index, 'multi')}`
    const one = await box.images.copy(at, `dir:${fresh()}`, { source: { platform: platforms[1] } })
    expect(one.digest).toBe(manifests[1])
    const all = fresh()
    expect((await box.images.copy(at, `dir:${all}`, { images: 'all' })).digest).toBe(index.descriptor.digest)
    const again = await box.images.copy(`dir:${all}`, `docker://${box.registry.host}/again`, { images: 'all' })
    expect(again.digest).toBe(index.descriptor.digest)
    const alone = fresh()
    await box.images.copy(at, `dir:${alone}`, { images: 'index-only' })
    expect(readFileSync(join(alone, 'manifest.json'))).toEqual(index.manifest)
    await expect(box.images.copy(at, `docker-archive:${fresh()}`, { images: 'all' })).rejects.toMatchObject({
      code: 'unsupported'
    })
  })

  test('converted with their images', async () => {
    await using box = await sandbox()
    const path = fresh()
    await box.images.copy(`docker://${box.registry.put(index, 'multi')}`, `dir:${path}`, {
      images: 'all',
      format: 'docker'
    })
    const list = JSON.parse(readFileSync(join(path, 'manifest.json'), 'utf8')) as {
      mediaType: string
      manifests: { mediaType: string; digest: string; size: number; platform: object }[]
    }
    expect(list.mediaType).toBe(dockerMediaTypes.manifestList)
    expect(list.manifests.map(({ platform }) => platform)).toEqual(platforms)
    for (const { mediaType, digest, size } of list.manifests) {
      const bytes = readFileSync(join(path, `${digest.slice(7)}.manifest.json`))
      expect([mediaType, digestOf(bytes), bytes.length]).toEqual([dockerMediaTypes.manifest, digest, size])
    }
  })

  test('deeper than two levels are refused', async () => {
    await using box = await sandbox()
    const nested = [1, 2].reduce((inner) => {
      const manifest = Buffer.from(
        JSON.stringify({ schemaVersion: 2, mediaType: ociMediaTypes.index, manifests: [inner.descriptor] })
      )
      const descriptor = { mediaType: ociMediaTypes.index, digest: digestOf(manifest), size: manifest.length }
      const own = { bytes: inner.manifest, mediaType: inner.descriptor.mediaType }
      return {
        ...inner,
        manifest,
        descriptor,
        manifests: new Map([...inner.manifests, [inner.descriptor.digest, own]])
      }
    }, index)
    const at = `docker://${box.registry.put(nested, 'nested')}`
    await expect(box.images.copy(at, `dir:${fresh()}`, { images: 'all' })).rejects.toThrow('indexes in indexes')
  })
})

describe('signatures', () => {
  const simple = { kind: 'simple', bytes: Buffer.from([0x90, 1, 2, 3]) } as const
  const signed = async (box: Awaited<ReturnType<typeof sandbox>>): Promise<string> => {
    const path = fresh()
    await box.images.copy(
      `docker://${box.registry.put(randomImage({ layers: 1 }), `signed-${count++}`)}`,
      `dir:${path}`
    )
    writeFileSync(join(path, 'signature-1'), encodeSignature(simple))
    return path
  }

  test('go along, are dropped when asked, and are refused where they cannot be kept', async () => {
    await using box = await sandbox()
    const path = await signed(box)
    const [kept, dropped] = [fresh(), fresh()]
    await box.images.copy(`dir:${path}`, `dir:${kept}`)
    expect(readFileSync(join(kept, 'signature-1'))).toEqual(simple.bytes)
    await box.images.copy(`dir:${path}`, `dir:${dropped}`, { removeSignatures: true })
    expect(() => readFileSync(join(dropped, 'signature-1'))).toThrow('ENOENT')
    for (const place of ['oci', 'oci-archive', 'docker-archive'])
      await expect(box.images.copy(`dir:${path}`, `${place}:${fresh()}`)).rejects.toMatchObject({
        code: 'unsupported',
        hint: expect.stringContaining('--remove-signatures')
      })
  })

  test('keep a manifest from being changed', async () => {
    await using box = await sandbox()
    const path = await signed(box)
    const wish = { format: 'docker' } as const
    await expect(box.images.copy(`dir:${path}`, `dir:${fresh()}`, wish)).rejects.toMatchObject({
      code: 'failed-precondition',
      message: expect.stringContaining('its signatures would not fit')
    })
    await box.images.copy(`dir:${path}`, `dir:${fresh()}`, { ...wish, removeSignatures: true })
  })
})

test('a copy within a registry lends the blobs; one that is there already sends none', async () => {
  await using box = await sandbox()
  const name = box.registry.put(randomImage({ layers: 2 }), 'app')
  box.registry.requests.length = 0
  await box.images.copy(`docker://${name}`, `docker://${box.registry.host}/other`)
  const kinds = box.registry.requests.map(({ method, kind }) => `${method} ${kind}`)
  expect(kinds.filter((kind) => kind === 'GET blob')).toEqual([])
  box.registry.requests.length = 0
  await box.images.copy(`docker://${name}`, `docker://${box.registry.host}/other`)
  expect(box.registry.requests.map(({ method }) => method)).toEqual(['GET', 'HEAD', 'HEAD', 'HEAD', 'PUT'])
})

test('a copy gets over a connection that breaks, and an aborted one leaves no archive', async () => {
  await using box = await sandbox()
  const image = randomImage({ layers: 1, entries: 2, fileSize: 300_000, compression: 'none' })
  const at = `docker://${box.registry.put(image, 'app')}`
  box.registry.addFault({ on: 'blob', action: 'truncate', times: 2, after: 100_000 })
  const path = fresh()
  await box.images.copy(at, `oci-archive:${path}:v1`)
  expect(await box.images.pull(`oci-archive:${path}`)).toMatchObject({ id: image.id })
  const stop = new AbortController()
  const other = fresh()
  box.registry.addFault({ on: 'blob', action: 'stall', after: 1000 })
  const copying = box.images.copy(at, `oci-archive:${other}:v1`, {}, { signal: stop.signal })
  setTimeout(() => stop.abort(), 50)
  await expect(copying).rejects.toMatchObject({ code: 'aborted' })
  expect(() => readFileSync(other)).toThrow('ENOENT')
})
