import { rawTar } from '@runcible/fixtures'
import { isEngineError } from '@runcible/interface'
import { ociMediaTypes } from '@runcible/oci-spec'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { constants, crc32, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { storeLayer } from '../support.ts'
import { makeWorld, treeOf } from './target-worlds.ts'

const noise = Buffer.from(Array.from({ length: 60_000 }, (_, index) => (index * index * 7) >> 3))
const tar = rawTar([{ name: 'file', content: noise }])
const halves = [tar.subarray(0, 30_000), tar.subarray(30_000)] as const
const skippable = Buffer.concat([Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 4, 0, 0, 0]), Buffer.from('skip')])

/** A header flag of gzip with its field; the stream after it is that of `gzip`. */
const withField = (flag: number, field: Buffer): Buffer => {
  const packed = Buffer.from(gzipSync(tar))
  packed[3] = flag
  return Buffer.concat([packed.subarray(0, 10), field, packed.subarray(10)])
}

/** One bit elsewhere: the checksum or length at the end of a gzip stream is then wrong. */
const damaged = (packed: Buffer, at: number): Buffer => {
  const copy = Buffer.from(packed)
  copy[at < 0 ? copy.length + at : at]! ^= 1
  return copy
}

/** A frame that asks for a window of 2 GiB. */
const hugeWindow = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa8, 0x01, 0x00, 0x00])

const taken: readonly (readonly [string, Buffer])[] = [
  ['gzip of two members', Buffer.concat(halves.map((half) => gzipSync(half)))],
  ['gzip of an empty member first', Buffer.concat([gzipSync(''), gzipSync(tar)])],
  ['gzip with a name', withField(8, Buffer.from('\u001b[2Jname\0'))],
  ['zstd of two frames', Buffer.concat(halves.map((half) => zstdCompressSync(half)))],
  ['zstd after a skippable frame', Buffer.concat([skippable, zstdCompressSync(tar)])],
  [
    'zstd around a skippable frame',
    Buffer.concat([zstdCompressSync(halves[0]), skippable, zstdCompressSync(halves[1])])
  ]
]

const dictionary = Buffer.concat([tar.subarray(0, 20_000), Buffer.from('a dictionary that nobody has')])
const refused: readonly (readonly [string, Buffer])[] = [
  ['gzip with garbage after it', Buffer.concat([gzipSync(tar), Buffer.from('garbage, more than a header has')])],
  ['gzip with zeros after it', Buffer.concat([gzipSync(tar), Buffer.alloc(512)])],
  [
    'gzip with its own size after garbage',
    Buffer.concat([gzipSync(tar), Buffer.from('garbage'), gzipSync(tar).subarray(-4), Buffer.alloc(1)])
  ],
  ['gzip with one byte after it', Buffer.concat([gzipSync(tar), Buffer.from('x')])],
  ['gzip with the start of another member after it', Buffer.concat([gzipSync(tar), gzipSync(tar).subarray(0, 15)])],
  ['gzip with a wrong checksum', damaged(gzipSync(tar), -8)],
  ['gzip with a wrong length', damaged(gzipSync(tar), -1)],
  ['gzip without its end', gzipSync(tar).subarray(0, -8)],
  ['gzip with a name without end', withField(8, Buffer.alloc(70_000, 'n')).subarray(0, 70_000)],
  ['gzip of another method', damaged(gzipSync(tar), 2)],
  ['zstd with garbage after it', Buffer.concat([zstdCompressSync(tar), Buffer.from('garbage')])],
  ['zstd without its end', zstdCompressSync(tar).subarray(0, -5)],
  ['zstd with a flipped bit', damaged(zstdCompressSync(tar, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }), -2)],
  ['zstd with a dictionary', zstdCompressSync(tar, { dictionary })],
  ['zstd with a window of 2 GiB', hugeWindow],
  [
    'a skippable frame longer than the stream',
    Buffer.concat([Buffer.from([0x50, 0x2a, 0x4d, 0x18, 0xff, 0xff, 0xff, 0xff]), tar])
  ],
  ['gzip in gzip', gzipSync(gzipSync(tar))],
  ['an archive cut in its file', gzipSync(tar.subarray(0, 20_000))]
]

// As a small layer, read by the zlib of Node, and as a large one, where a program may do it on a thread's behalf.
const ways = [
  ['here', Number.POSITIVE_INFINITY],
  ['with threads and programs', 0]
] as const

describe.for(ways)('%s,', ([, threadFrom]) => {
  test.for(taken)('%s is read', async ([, packed]) => {
    await using world = makeWorld('overlay', threadFrom)
    const { mounts } = await world.active()
    const applied = await world.differ.apply(await storeLayer(world.content, packed), mounts)
    expect(applied.size).toBe(tar.length)
  })

  test.for(refused)('%s is corrupt', async ([, packed]) => {
    await using world = makeWorld('overlay', threadFrom)
    mkdirSync(join(world.path, 'tmp'))
    const { key, mounts } = await world.active()
    const layer = await storeLayer(world.content, packed, ociMediaTypes.layerGzip)
    const error = await world.differ.apply(layer, mounts).then(
      () => undefined,
      (reason: unknown) => reason
    )
    if (!isEngineError(error)) throw new Error('it was taken, or failed otherwise', { cause: error })
    expect(error).toMatchObject({ code: 'corrupt' })
    expect(error.message).toContain(layer.digest)
    // oxlint-disable-next-line no-control-regex
    expect(error.message).not.toMatch(/[\u0000-\u001f]/)
    expect(treeOf(join(world.path, 'tmp'))).toEqual({})
    await world.snapshots.remove(key)
    expect(await world.snapshots.stat(key)).toBeUndefined()
  })
})

test('the streams above are what they are called', () => {
  expect(crc32(tar)).toBe(gzipSync(tar).readUInt32LE(gzipSync(tar).length - 8))
})
