import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { startRegistry, tarArchive, testImageOf } from '@runcible/fixtures'
import { type Digest, digestOf } from '@runcible/oci-spec'
import { expect, test } from 'vitest'
import { openSource, readImageFile } from '../src/index.ts'

/** A layer as eStargz packs it: a gzip stream for each part, a table of contents, and a footer that says where. */
function stargz(files: readonly { readonly name: string; readonly content: Buffer }[]) {
  const parts: Buffer[] = []
  const place = (): number => parts.reduce((total, { length }) => total + length, 0)
  const entries: object[] = []
  for (const { name, content } of files) {
    const tar = tarArchive([{ name, content }])
    parts.push(gzipSync(tar.subarray(0, 512)))
    const half = Math.ceil(content.length / 2)
    const body = tar.subarray(512, -1024)
    entries.push({
      name,
      type: 'reg',
      size: content.length,
      digest: digestOf(content),
      offset: place(),
      chunkSize: half
    })
    parts.push(gzipSync(body.subarray(0, half)))
    entries.push({ name, type: 'chunk', offset: place(), chunkOffset: half })
    parts.push(gzipSync(body.subarray(half)))
  }
  const json = Buffer.from(JSON.stringify({ version: 1, entries }))
  const offset = place().toString(16).padStart(16, '0')
  parts.push(gzipSync(tarArchive([{ name: 'stargz.index.json', content: json }])))
  const extra = Buffer.from(`${offset}STARGZ`)
  const header = Buffer.from([0x1f, 0x8b, 8, 4, 0, 0, 0, 0, 0, 0xff, 26, 0, 0x53, 0x47, 22, 0])
  parts.push(Buffer.concat([header, extra, Buffer.from([1, 0, 0, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0])]))
  return { blob: Buffer.concat(parts), digest: digestOf(json) }
}

const files = [
  { name: 'big', content: randomBytes(3_000_000) },
  { name: 'etc/wanted', content: randomBytes(5000) },
  { name: 'after', content: randomBytes(100_000) }
]

/** A source of one image with such a layer, and how much of it was read. */
async function served(tocDigest: (right: Digest) => Digest, change: (blob: Buffer) => void = () => {}) {
  const { blob, digest } = stargz(files)
  change(blob)
  const image = testImageOf({ tars: [blob], compression: 'none' })
  const layer = { ...image.layers[0]!, mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip' }
  const annotations = { 'containerd.io/snapshot/stargz/toc.digest': tocDigest(digest) }
  const document = { ...JSON.parse(image.manifest.toString()), layers: [{ ...layer, annotations }] }
  const manifest = Buffer.from(JSON.stringify(document))
  const registry = await startRegistry()
  const descriptor = { ...image.descriptor, digest: digestOf(manifest), size: manifest.length }
  const name = registry.put({ ...image, manifest, descriptor }, 'app')
  const source = await openSource(`docker://${name}`, { registries: { insecure: [registry.host] } })
  let read = 0
  return {
    read: () => read,
    source: {
      ...source,
      async *blob(...request: Parameters<typeof source.blob>) {
        for await (const chunk of source.blob(...request)) {
          read += chunk.length
          yield chunk
        }
      }
    },
    async [Symbol.asyncDispose]() {
      await source[Symbol.asyncDispose]()
      await registry[Symbol.asyncDispose]()
    }
  }
}

test('of an eStargz layer the table and the file are read, no more', async () => {
  await using at = await served((digest) => digest)
  expect(await readImageFile(at.source, '/etc/wanted')).toEqual(files[1]!.content)
  expect(at.read()).toBeLessThan(20_000)
  expect(await readImageFile(at.source, 'big')).toEqual(files[0]!.content)
  await expect(readImageFile(at.source, 'nope')).rejects.toMatchObject({ code: 'not-found' })
  await expect(readImageFile(at.source, 'big', { limit: 1000 })).rejects.toMatchObject({ code: 'exhausted' })
})

test('a table that the manifest does not name, and a file that the table does not, are refused', async () => {
  await using other = await served(() => digestOf('other'))
  await expect(readImageFile(other.source, 'big')).rejects.toThrow('is not the one that its manifest names')
  await using changed = await served(
    (digest) => digest,
    (blob) => {
      // Inside the stored bytes of the first file.
      blob[1_000_000]! ^= 1
    }
  )
  await expect(readImageFile(changed.source, 'big')).rejects.toMatchObject({ code: 'corrupt' })
})
