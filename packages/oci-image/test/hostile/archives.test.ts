import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rawMember, type RawMember, rawTar } from '@runcible/fixtures'
import { isEngineError } from '@runcible/interface'
import { afterAll, describe, expect, test } from 'vitest'
import { archiveTree } from '../../src/transport/files/archive-tree.ts'
import { sandbox } from '../sandbox.ts'
import { carry } from './support/carriers.ts'
import { forged, image } from './support/forged.ts'

const directory = mkdtempSync(join(tmpdir(), 'hostile-archives-'))
afterAll(() => rmSync(directory, { recursive: true }))
let count = 0
const fresh = (): string => join(directory, `place-${count++}`)

const config = image.blobs.get(image.config.digest)!
const layers = image.layers.map(({ digest }) => digest.slice(7))
const entry = { Config: `${image.id}.json`, RepoTags: ['quay.io/test/app:1'], Layers: layers }
const listed = (list: unknown): RawMember => ({ name: 'manifest.json', content: JSON.stringify(list) })
const blobs: readonly RawMember[] = [
  ...image.layers.map(({ digest }) => ({ name: digest.slice(7), content: image.blobs.get(digest)! })),
  { name: `${image.id}.json`, content: config }
]
const good = rawTar([...blobs, listed([entry])])
/** A header that claims a size which octal digits, or numbers, cannot hold. */
const sized = (size: number, name = layers[0]!): Buffer =>
  Buffer.concat([rawMember({ name, size }), rawTar([...blobs.slice(1), listed([entry])])])
const huge = (): Buffer => {
  const header = Buffer.from(rawMember({ name: 'x' }))
  header.fill(0xff, 124, 136)
  header[124] = 0x80
  header.fill(' ', 148, 156)
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148
  )
  return Buffer.concat([header, good])
}

const archives: readonly (readonly [string, Buffer, string | RegExp])[] = [
  [
    'two lists of images',
    rawTar([...blobs, listed([entry]), listed([{ ...entry, RepoTags: ['evil:1'] }])]),
    /two files manifest\.json/
  ],
  [
    'a second list under another spelling',
    rawTar([...blobs, listed([entry]), { ...listed([entry]), name: './manifest.json' }]),
    /two files manifest\.json/
  ],
  [
    'a list of images that is also a link',
    rawTar([...blobs, listed([entry]), { name: 'manifest.json', flag: '2', linkName: 'x' }]),
    /two files manifest\.json/
  ],
  ['a layer of a declared terabyte', sized(2 ** 40), /ends early/],
  ['a layer of a declared 8 PiB', sized(2 ** 53 - 1), /ends early/],
  ['a member of a size beyond all numbers', huge(), /bad size|ends early/],
  ['a member of a negative size', sized(-1), /bad size|ends early/],
  [
    'a pax size that is no number',
    rawTar([{ ...blobs[0]!, pax: { size: '1e9' } }, ...blobs.slice(1), listed([entry])]),
    /bad size/
  ],
  ['a pax header of a gigabyte', rawMember({ name: 'p', flag: 'x', size: 2 ** 30 }), /ends early|extended header/],
  [
    'a list of images in 5 MiB',
    rawTar([...blobs, { name: 'manifest.json', content: `[${' '.repeat(5 << 20)}]` }]),
    /4 MiB/
  ],
  [
    'a list of images nested too deep',
    rawTar([...blobs, { name: 'manifest.json', content: '['.repeat(100_000) }]),
    /nested deeper/
  ],
  [
    'a config in 9 MiB',
    rawTar([...blobs.slice(0, -1), { name: `${image.id}.json`, content: Buffer.alloc(9 << 20, ' ') }, listed([entry])]),
    /8 MiB/
  ],
  [
    'a name that is none',
    rawTar([...blobs, listed([{ ...entry, RepoTags: ['\u001b[31mred'] }])]),
    /invalid image reference/
  ],
  [
    'a config of a name with control characters',
    rawTar([...blobs, listed([{ ...entry, Config: '\u001b]0;x\u0007' }])]),
    /has no file/
  ],
  [
    'a config that is a directory',
    rawTar([{ name: 'dir/', flag: '5' }, ...blobs, listed([{ ...entry, Config: 'dir' }])]),
    /has no file dir/
  ],
  [
    'a config that is a device',
    rawTar([{ name: 'dev', flag: '3', major: 1, minor: 5 }, ...blobs, listed([{ ...entry, Config: 'dev' }])]),
    /has no file dev/
  ],
  [
    'a layer that is an absolute link',
    rawTar([
      { name: 'l', flag: '2', linkName: '/etc/passwd' },
      ...blobs,
      listed([{ ...entry, Layers: ['l', layers[1]] }])
    ]),
    /"l" is missing/
  ],
  [
    'a layer that is a hard link outside',
    rawTar([
      { name: 'l', flag: '1', linkName: '../../etc/passwd' },
      ...blobs,
      listed([{ ...entry, Layers: ['l', layers[1]] }])
    ]),
    /"l" is missing/
  ],
  ['packed with garbage after it', Buffer.concat([gzipSync(good), Buffer.from('garbage, a lot of it')]), /gzip/],
  ['packed and cut', gzipSync(good).subarray(0, -20), /gzip/]
]

async function refused(work: Promise<unknown>, says: string | RegExp): Promise<void> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason
  )
  if (!isEngineError(error)) throw new Error('it was taken, or failed otherwise', { cause: error })
  expect(error.message).toMatch(says)
  // oxlint-disable-next-line no-control-regex
  expect(error.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
}

const spools = (): string[] => readdirSync(directory).filter((name) => name.startsWith('spool'))

describe('an archive with', () => {
  test.each(archives)('%s is refused, from a file and from a stream', async (_, bytes, says) => {
    await using box = await sandbox({ tmp: directory })
    const path = fresh()
    writeFileSync(path, bytes)
    async function* stream() {
      for (let at = 0; at < bytes.length; at += 70_000) yield bytes.subarray(at, at + 70_000)
    }
    await refused(box.images.load(path), says)
    await refused(box.images.load(stream()), says)
    await refused(box.images.pull(`docker-archive:${path}`), says)
    expect([await box.images.list(), await box.blobs(), await box.snapshots(), spools()]).toEqual([[], [], [], []])
  })

  test('any cut is refused', async () => {
    await using box = await sandbox({ tmp: directory })
    const path = fresh()
    // The end mark and the padding before it may be missing.
    for (let length = 0; length < good.length - 1536; length += 512 + (length % 7) * 73) {
      writeFileSync(path, good.subarray(0, length))
      await refused(box.images.load(path), /supported image formats|ends early|has no|missing/)
    }
    expect([await box.images.list(), await box.blobs()]).toEqual([[], []])
  })

  test('more members than any image has is refused', async () => {
    const path = fresh()
    const header = rawMember({ name: '0000000' })
    const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0) - 7 * 48
    const bytes = Buffer.alloc(100_002 * 512)
    for (let at = 0; at < 100_002; at++) {
      const name = String(at).padStart(7, '0')
      header.write(name, 0, 'latin1')
      const own = [...name].reduce((total, digit) => total + digit.charCodeAt(0), sum)
      header.write(`${own.toString(8).padStart(6, '0')}\0 `, 148, 'latin1')
      header.copy(bytes, at * 512)
    }
    writeFileSync(path, bytes)
    await using tree = archiveTree({ input: path, place: path, tmp: directory })
    await refused(tree.names(), /more than 100000 members/)
  })

  test('much more in it than it weighs is refused, and its copy is gone', async () => {
    const path = fresh()
    writeFileSync(path, gzipSync(Buffer.alloc(32 << 20)))
    await using tree = archiveTree({ input: path, place: path, tmp: directory, ratioFrom: 1 << 20 })
    await refused(tree.names(), /more than 400 times its size/)
    expect(spools()).toEqual([])
  })

  test('a sparse file of a terabyte behind it ends at its end', async () => {
    await using box = await sandbox({ tmp: directory })
    const path = fresh()
    writeFileSync(path, good)
    truncateSync(path, 2 ** 40)
    expect(await box.images.load(path)).toMatchObject([{ id: image.id }])
  })
})

describe('a directory with', () => {
  const place = (carrier: 'oci' | 'dir'): string => {
    const path = fresh()
    carry(carrier, forged(), path, undefined as never)
    return path
  }
  const layer = layers[0]!
  const special: readonly (readonly [string, (path: string) => void])[] = [
    ['a FIFO', (path) => execFileSync('mkfifo', [path])],
    ['a directory', (path) => mkdirSync(path)],
    ['a link to a file outside', (path) => symlinkSync('/etc/hostname', path)],
    ['a link to a device', (path) => symlinkSync('/dev/zero', path)],
    ['a link to itself', (path) => symlinkSync(path, path)]
  ]
  const files = {
    oci: ['oci-layout', 'index.json', `blobs/sha256/${layer}`, `blobs/sha256/${image.id}`, 'blobs/sha256', 'blobs'],
    dir: ['version', 'manifest.json', layer, image.id]
  } as const

  for (const carrier of ['oci', 'dir'] as const) {
    for (const file of files[carrier]) {
      // A layout without its header is read as older tools wrote it, and one without a version likewise.
      const optional = file === 'oci-layout' || file === 'version'
      test.each(special)(`%s as ${file.slice(0, 30)} of ${carrier}: is refused`, async (kind, make) => {
        await using box = await sandbox({ tmp: directory })
        const path = place(carrier)
        rmSync(join(path, file), { recursive: true })
        make(join(path, file))
        const at = `${carrier}:${path}${carrier === 'oci' ? ':v1' : ''}`
        if (optional && !kind.startsWith('a link')) return void (await box.images.pull(at))
        await refused(box.images.pull(at), /symbolic link|has no (?:file|blob)/)
        await refused(box.images.copy(at, `oci-archive:${path}.copy`), /symbolic link|has no (?:file|blob)/)
        expect(existsSync(`${path}.copy`)).toBe(false)
        expect(await box.images.list()).toEqual([])
      })
    }
  }
})
