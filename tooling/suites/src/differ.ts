import { gzipSync, zstdCompressSync } from 'node:zlib'
import type { ContentStore, Differ, Mount } from '@runcible/interface'
import { digestOf, ociMediaTypes, type Descriptor } from '@runcible/oci-spec'
import { describe, expect, test } from 'vitest'
import { fileTar } from './plain-tar.ts'

export interface DifferSubject extends AsyncDisposable {
  readonly subject: Differ
  readonly content: ContentStore
  /** Of an empty directory that may be written. */
  readonly mounts: readonly Mount[]
  /** The content of a file as `mounts` show it; absent when the subject writes nowhere. */
  readonly read?: (path: string) => Promise<string | undefined>
}

const helloTar = (text: string) => fileTar('hello', text)

const store = async (content: ContentStore, mediaType: string, bytes: Buffer): Promise<Descriptor> => {
  const digest = digestOf(bytes)
  await using ingest = await content.ingest({ ref: digest, digest, size: bytes.length })
  await ingest?.write(bytes)
  await ingest?.commit()
  return { mediaType, digest, size: bytes.length }
}

const packings = [
  ['plain', ociMediaTypes.layer, (tar: Buffer) => tar],
  ['gzip', ociMediaTypes.layerGzip, (tar: Buffer) => gzipSync(tar)],
  ['zstd', ociMediaTypes.layerZstd, (tar: Buffer) => zstdCompressSync(tar)]
] as const

/** What every differ does. */
export const describeDiffer = (name: string, setup: () => Promise<DifferSubject>): void => {
  describe(`${name} as a Differ`, () => {
    test.for(packings)('unpacks a %s layer and tells its diff id and size', async ([, mediaType, pack]) => {
      await using given = await setup()
      const tar = helloTar('hello world')
      const layer = await store(given.content, mediaType, pack(tar))
      const seen: number[] = []
      const applied = await given.subject.apply(layer, given.mounts, {
        diffId: digestOf(tar),
        onProgress: ({ bytes }) => seen.push(bytes)
      })
      expect(applied).toEqual({ diffId: digestOf(tar), size: tar.length })
      expect(seen).toEqual(seen.toSorted((a, b) => a - b))
      if (given.read !== undefined) expect(await given.read('hello')).toBe('hello world')
    })

    test('refuses a layer that is not what its diff id says', async () => {
      await using given = await setup()
      const layer = await store(given.content, ociMediaTypes.layerGzip, gzipSync(helloTar('evil')))
      const applying = given.subject.apply(layer, given.mounts, { diffId: digestOf(helloTar('good')) })
      await expect(applying).rejects.toMatchObject({ code: 'corrupt' })
    })

    test('does nothing when the signal has fired', async () => {
      await using given = await setup()
      const layer = await store(given.content, ociMediaTypes.layer, helloTar('x'))
      const applying = given.subject.apply(layer, given.mounts, { signal: AbortSignal.abort() })
      await expect(applying).rejects.toMatchObject({ code: 'aborted' })
    })

    test('tells when the blob is absent', async () => {
      await using given = await setup()
      const layer = { mediaType: ociMediaTypes.layer, digest: digestOf('nothing'), size: 7 }
      await expect(given.subject.apply(layer, given.mounts)).rejects.toMatchObject({ code: 'not-found' })
    })

    test('lists no change of what did not change', async () => {
      await using given = await setup()
      const layer = await store(given.content, ociMediaTypes.layer, helloTar('x'))
      await given.subject.apply(layer, given.mounts)
      const { mounts } = given
      expect(await Array.fromAsync(given.subject.changes({ lower: mounts, upper: mounts }))).toEqual([])
      if (given.read === undefined) return
      expect(await Array.fromAsync(given.subject.changes({ lower: [], upper: mounts }))).toEqual([
        { kind: 'added', path: '/hello' }
      ])
    })

    test('compares to a whole archive, the same one each time', async () => {
      await using given = await setup()
      const layer = await store(given.content, ociMediaTypes.layer, helloTar('x'))
      await given.subject.apply(layer, given.mounts)
      const pack = async () =>
        Buffer.concat(await Array.fromAsync(given.subject.compare({ lower: [], upper: given.mounts })))
      const first = await pack()
      expect(first.length % 512).toBe(0)
      expect(first.subarray(-1024)).toEqual(Buffer.alloc(1024))
      expect(await pack()).toEqual(first)
      if (given.read !== undefined) expect(first.includes('hello')).toBe(true)
    })
  })
}
