import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { isEngineError } from '@runcible/interface'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compressionOf, decompressed } from '../../src/transport/compression.ts'

const content = Buffer.from(Array.from({ length: 50_000 }, (_, index) => (index * index * 5) >> 4))
const packings = [
  ['gzip', gzipSync(content)],
  ['zstd', zstdCompressSync(content, { params: { [constants.ZSTD_c_checksumFlag]: 1 } })]
] as const

async function unpack(bytes: Buffer, step = 4096): Promise<Buffer> {
  async function* source() {
    for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step)
  }
  return Buffer.concat(await Array.fromAsync(decompressed(source(), compressionOf(bytes), 'the archive')))
}

test.each(packings)('%s of several members or frames is one stream', async (_, packed) => {
  expect(await unpack(Buffer.concat([packed, packed]))).toEqual(Buffer.concat([content, content]))
})

test.each(packings)('%s with something after it is refused', async (_, packed) => {
  for (const tail of [Buffer.from('x'), Buffer.from('garbage behind it'), Buffer.alloc(512), packed.subarray(0, 12)])
    for (const step of [1, 100, 1_000_000])
      await expect(unpack(Buffer.concat([packed, tail]), step)).rejects.toMatchObject({
        code: 'corrupt',
        message: expect.stringContaining('the archive is not a whole')
      })
})

test.each(packings)('%s with changed bytes gives the content or an EngineError', async (_, packed) => {
  const changes = fc.array(fc.tuple(fc.nat(packed.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(changes, fc.nat(packed.length), async (list, length) => {
      const bytes = Buffer.from(packed.subarray(0, length))
      for (const [at, value] of list) if (at < bytes.length) bytes[at] = value
      try {
        await unpack(bytes)
      } catch (error) {
        if (!isEngineError(error)) throw error
      }
    }),
    { numRuns: 150 }
  )
})
