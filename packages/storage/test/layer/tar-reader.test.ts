import { paxData, rawMember, rawTar } from '@runcible/fixtures'
import { isEngineError } from '@runcible/interface'
import fc from 'fast-check'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { pack } from 'tar-stream'
import { expect, test } from 'vitest'
import type { TarEntry } from '../../src/layer/tar-entry.ts'
import { parseHeader, readNumber } from '../../src/layer/tar-header.ts'
import { parsePax, paxTime } from '../../src/layer/tar-pax.ts'
import { tarReader } from '../../src/layer/tar-reader.ts'
import { tarEnd, tarHeader, tarPadding } from '../../src/layer/tar-writer.ts'

type Read = TarEntry & { readonly content: string }

/** Reads an archive that comes in pieces of the given sizes, again and again. */
const read = (tar: Buffer, sizes: readonly number[] = [tar.length || 1]): Read[] => {
  const found: Read[] = []
  let entry: TarEntry | undefined
  let content: Buffer[] = []
  const reader = tarReader({
    entry: (next) => {
      entry = next
      content = []
    },
    data: (chunk) => content.push(Buffer.from(chunk)),
    end: () => entry && found.push({ ...entry, content: Buffer.concat(content).toString('latin1') })
  })
  for (let at = 0, turn = 0; at < tar.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1
    reader.write(tar.subarray(at, at + size))
    at += size
  }
  reader.finish()
  return found
}

const bytes = (constraints: { minLength?: number; maxLength: number }) =>
  fc.uint8Array(constraints).map((array) => Buffer.from(array).toString('latin1'))

const name = bytes({ minLength: 1, maxLength: 300 }).filter((text) => !/\0/.test(text) && !text.endsWith('/'))

const entry = fc.record({
  type: fc.constantFrom('file', 'symlink', 'hardlink', 'directory', 'fifo', 'character'),
  name,
  linkName: name,
  mode: fc.integer({ min: 0, max: 0o7777 }),
  uid: fc.integer({ min: 0, max: 0xffff_fffe }),
  gid: fc.integer({ min: 0, max: 0xffff_fffe }),
  mtimeNs: fc.bigInt({ min: -(10n ** 19n), max: 10n ** 20n }),
  major: fc.integer({ min: 0, max: 4095 }),
  minor: fc.integer({ min: 0, max: 0o777_777 }),
  xattrs: fc.option(
    fc
      .dictionary(fc.stringMatching(/^user\.[a-z]{1,8}$/), fc.uint8Array({ maxLength: 300 }), {
        minKeys: 1,
        maxKeys: 3
      })
      .map((values) => new Map(Object.entries(values).map(([key, value]) => [key, Buffer.from(value)]))),
    { nil: undefined }
  ),
  content: bytes({ maxLength: 2000 })
})

const normal = (given: Read): Read => {
  const isLink = given.type === 'symlink' || given.type === 'hardlink'
  const isDevice = given.type === 'character'
  const content = given.type === 'file' ? given.content : ''
  return {
    ...given,
    linkName: isLink ? given.linkName : '',
    major: isDevice ? given.major : 0,
    minor: isDevice ? given.minor : 0,
    content,
    size: content.length
  }
}

const write = (entries: readonly Read[]): Buffer =>
  Buffer.concat([
    ...entries.flatMap((one) => [tarHeader(one), Buffer.from(one.content, 'latin1'), tarPadding(one.size)]),
    tarEnd()
  ])

test('what the writer writes the reader reads, in pieces of any size', () => {
  const cases = fc.array(
    entry.map((one) => normal({ ...one, size: 0 })),
    { maxLength: 5 }
  )
  fc.assert(
    fc.property(
      cases,
      fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 4 }),
      (entries, sizes) => {
        expect(read(write(entries), sizes)).toEqual(entries)
      }
    ),
    { numRuns: 300 }
  )
})

test('any bytes give members or an EngineError, never anything else', () => {
  const valid = write([
    normal({
      type: 'file',
      name: 'a'.repeat(150),
      linkName: '',
      mode: 0,
      uid: 0,
      gid: 0,
      size: 0,
      mtimeNs: 1n,
      major: 0,
      minor: 0,
      xattrs: undefined,
      content: 'text'
    })
  ])
  const flips = fc.array(fc.tuple(fc.nat(valid.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
  fc.assert(
    fc.property(flips, fc.nat(valid.length), (changes, length) => {
      const tar = Buffer.from(valid.subarray(0, length))
      for (const [at, value] of changes) if (at < tar.length) tar[at] = value
      try {
        read(tar)
      } catch (error) {
        if (!isEngineError(error)) throw error
      }
    }),
    { numRuns: 2000 }
  )
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 4096 }), (array) => {
      try {
        read(Buffer.from(array))
      } catch (error) {
        if (!isEngineError(error)) throw error
      }
    })
  )
})

test('pax records come back as they were', () => {
  const keys = fc.stringMatching(/^[a-zA-Z.]{1,30}$/)
  fc.assert(
    fc.property(fc.dictionary(keys, fc.uint8Array({ maxLength: 1200 })), (values) => {
      const records = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value)]))
      expect(Object.fromEntries(parsePax(paxData(records)))).toEqual(records)
    })
  )
})

test('another archiver is understood', async () => {
  const archive = pack()
  const long = `${'directory/'.repeat(20)}é`
  archive.entry({ name: 'dir', type: 'directory', mode: 0o755 })
  archive.entry(
    { name: long, mode: 0o600, mtime: new Date(1_500_000_000_000), pax: { 'SCHILY.xattr.user.a': 'b' } },
    'text'
  )
  archive.entry({ name: 'link', type: 'symlink', linkname: long })
  archive.finalize()
  const tar = Buffer.concat(await Array.fromAsync(archive as AsyncIterable<Buffer>))
  const utf8 = Buffer.from(long).toString('latin1')
  expect(read(tar)).toMatchObject([
    { type: 'directory', name: 'dir' },
    {
      type: 'file',
      name: utf8,
      content: 'text',
      mode: 0o600,
      mtimeNs: 1_500_000_000_000_000_000n,
      xattrs: new Map([['user.a', Buffer.from('b')]])
    },
    { type: 'symlink', linkName: utf8 }
  ])
})

test('GNU long names and links belong to the next member only', () => {
  const [longName, longLink] = ['n'.repeat(300), 'l'.repeat(300)]
  const tar = Buffer.concat([
    rawMember({ name: '././@LongLink', flag: 'K', content: `${longLink}\0` }),
    rawMember({ name: '././@LongLink', flag: 'L', content: `${longName}\0` }),
    rawMember({ name: 'short', flag: '2', linkName: 'short' }),
    rawTar([{ name: 'after', content: 'x' }])
  ])
  expect(read(tar)).toMatchObject([
    { name: longName, linkName: longLink },
    { name: 'after', linkName: '' }
  ])
})

test('global pax headers hold until another says otherwise, and a member says more', () => {
  const global = (records: Record<string, string>) => rawMember({ name: 'g', flag: 'g', content: paxData(records) })
  const tar = Buffer.concat([
    global({ uid: '7', comment: 'c' }),
    rawMember({ name: 'a' }),
    rawMember({ name: 'b', pax: { uid: '8' } }),
    global({ uid: '9' }),
    rawTar([{ name: 'c' }])
  ])
  expect(read(tar).map(({ name: member, uid }) => [member, uid])).toEqual([
    ['a', 7],
    ['b', 8],
    ['c', 9]
  ])
})

test('an archive may end without its end mark, but only between members', () => {
  const whole = rawTar([{ name: 'a', content: 'text' }])
  expect(read(whole.subarray(0, 1024))).toHaveLength(1)
  expect(read(Buffer.alloc(0))).toEqual([])
  for (const length of [1, 511, 513, 1023]) expect(() => read(whole.subarray(0, length))).toThrow('ends too early')
})

test('zeros after the end are padding', () => {
  expect(read(Buffer.concat([rawTar([{ name: 'a' }]), Buffer.alloc(10_240)]))).toHaveLength(1)
  expect(() => read(Buffer.concat([rawMember({ name: 'a' }), Buffer.alloc(512), rawTar([{ name: 'b' }])]))).toThrow(
    'after its end'
  )
})

test('numbers of a header: octal in many forms, and base 256', () => {
  const field = (text: string) => readNumber(Buffer.from(text.padEnd(12, '\0'), 'latin1'), 0, 12, 'field')
  expect(field('0000644')).toBe(0o644)
  expect(field('  644 ')).toBe(0o644)
  expect(field('')).toBe(0)
  expect(field('777777777777')).toBe(0o777_777_777_777)
  expect(() => field('9')).toThrow('not a number')
  expect(() => field('-1')).toThrow('not a number')
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (size) => {
      expect(parseHeader(rawMember({ name: 'x', size })).size).toBe(size)
    })
  )
})

test('pax times have nanoseconds and may lie before 1970', () => {
  const time = (text: string) => paxTime(Buffer.from(text))
  expect(time('1')).toBe(1_000_000_000n)
  expect(time('-0.5')).toBe(-500_000_000n)
  expect(time('12.123456789999')).toBe(12_123_456_789n)
  for (const wrong of ['', '1e9', ' 1', '1.2.3', 'NaN', '1'.repeat(40)]) expect(() => time(wrong)).toThrow('pax time')
})

test('the old form of a directory is one', () => {
  expect(read(rawTar([{ name: 'd/', flag: '\0' }]))).toMatchObject([{ type: 'directory' }])
})

test('global pax headers without end take no memory', () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const reader = tarReader({ entry: () => undefined, data: () => undefined, end: () => undefined })
  collectGarbage()
  const before = process.memoryUsage().arrayBuffers
  for (let index = 0; index < 100; index++) {
    reader.write(rawMember({ name: 'global', flag: 'g', content: paxData({ [`k${index}`]: 'x'.repeat(900_000) }) }))
  }
  collectGarbage()
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000)
})
