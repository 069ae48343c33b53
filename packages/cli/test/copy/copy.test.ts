import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { pack } from 'tar-stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readHost } from '../../src/copy/read-host.ts'
import { writeHost } from '../../src/copy/write-host.ts'
import { fakeEngine } from '../support/fake-engine.ts'
import { runCli } from '../support/run-cli.ts'
import { container, containerConfig } from '../support/values.ts'

let root: string
let work: string
beforeEach(() => {
  work = mkdtempSync(join(tmpdir(), 'runcible-cp-'))
  root = join(work, 'rootfs')
  mkdirSync(join(root, 'tmp'), { recursive: true })
  mkdirSync(join(work, 'src/d/sub'), { recursive: true })
  writeFileSync(join(work, 'src/d/f'), 'hello')
  writeFileSync(join(work, 'src/d/sub/g'), 'x'.repeat(200_000))
  symlinkSync('f', join(work, 'src/d/l'))
  writeFileSync(join(work, 'src/d/empty'), '')
})
afterEach(() => rmSync(work, { recursive: true, force: true }))

const signal = new AbortController().signal
const warn = (): void => {}

/** An engine whose container's root file system is a directory. */
function engine(): ReturnType<typeof fakeEngine> {
  const inside = (path: string): string => join(root, path)
  return fakeEngine({
    containers: [container({ config: containerConfig({ user: '' }) })],
    containersOverride: {
      async statPath(_name, path) {
        const status = statSync(inside(path), { throwIfNoEntry: false })
        return status === undefined
          ? undefined
          : { name: basename(path), size: status.size, mode: status.mode, uid: 0, gid: 0, modifiedAt: 0 }
      },
      copyOut: (_name, path) => readHost(inside(path), path.endsWith('/.') ? '.' : basename(path), { signal, warn }),
      copyIn: (_name, path, tar, options) =>
        writeHost(tar, inside(path), {
          renaming: { content: true, as: '.' },
          keepOwner: false,
          overwrite: options?.overwrite ?? false,
          signal,
          warn
        })
    }
  })
}

const cp = (...argv: readonly string[]): ReturnType<typeof runCli> => runCli(['cp', ...argv], { engine: engine() })
const tree = (path: string): readonly string[] => (readdirSync(path, { recursive: true }) as string[]).toSorted()
const whole = ['d', 'd/empty', 'd/f', 'd/l', 'd/sub', 'd/sub/g']
const content = ['empty', 'f', 'l', 'sub', 'sub/g']

describe('cp into a container', () => {
  it.each([
    ['a directory into one that exists', 'src/d', '/tmp', 'tmp', whole],
    ['a directory as one that does not', 'src/d', '/tmp/new', 'tmp/new', content],
    ['the content of a directory', 'src/d/.', '/tmp', 'tmp', content],
    ['the content of a directory as one that does not exist', 'src/d/.', '/tmp/new/', 'tmp/new', content],
    ['a file into a directory', 'src/d/f', '/tmp/', 'tmp', ['f']],
    ['a file under a new name', 'src/d/f', '/tmp/g', 'tmp', ['g']],
    ['what a link points to', 'src/d/l', '/tmp/g', 'tmp', ['g']]
  ])('%s', async (_what, from, to, where, expected) => {
    expect(await cp(join(work, from) + (from.endsWith('/.') ? '/.' : ''), `c1:${to}`)).toMatchObject({
      code: 0,
      stderr: ''
    })
    expect(tree(join(root, where))).toEqual(expected)
  })

  it('keeps content, links and permissions', async () => {
    chmodSync(join(work, 'src/d/f'), 0o640)
    await cp(join(work, 'src/d'), 'c1:/tmp')
    expect(readFileSync(join(root, 'tmp/d/sub/g'), 'utf8')).toHaveLength(200_000)
    expect(readlinkSync(join(root, 'tmp/d/l'))).toBe('f')
    expect(statSync(join(root, 'tmp/d/f')).mode & 0o777).toBe(0o640)
  })

  it('unpacks an archive from the standard input', async () => {
    const chunks: Uint8Array[] = []
    for await (const chunk of readHost(join(work, 'src/d'), 'd', { signal, warn })) chunks.push(chunk)
    expect(await runCli(['cp', '-', 'c1:/tmp'], { engine: engine(), stdin: Buffer.concat(chunks) })).toMatchObject({
      code: 0
    })
    expect(tree(join(root, 'tmp'))).toEqual(whole)
    expect((await runCli(['cp', '-', 'c1:/nope'], { engine: engine() })).stderr).toContain(
      'is not a directory, which an archive is unpacked into'
    )
  })
})

describe('cp out of a container', () => {
  beforeEach(() => cp(join(work, 'src/d'), 'c1:/tmp').then(() => {}))

  it.each([
    ['a directory into one that exists', '/tmp/d', 'out', true, whole],
    ['a directory as one that does not', '/tmp/d', 'out', false, content],
    ['the content of a directory', '/tmp/d/.', 'out', true, content],
    ['a file into a directory', '/tmp/d/f', 'out', true, ['f']]
  ])('%s', async (_what, from, to, exists, expected) => {
    if (exists) mkdirSync(join(work, to))
    expect(await cp(`c1:${from}`, join(work, to))).toMatchObject({ code: 0, stderr: '' })
    expect(tree(join(work, to))).toEqual(expected)
  })

  it('a file over another', async () => {
    writeFileSync(join(work, 'old'), 'old')
    await cp('c1:/tmp/d/f', join(work, 'old'))
    expect(readFileSync(join(work, 'old'), 'utf8')).toBe('hello')
  })

  it('an archive to the standard output', async () => {
    const { stdout } = await cp('c1:/tmp/d/f', '-')
    expect(stdout.slice(0, 2)).toBe('f\0')
    expect(stdout).toContain('hello')
  })

  it('to another place in a container', async () => {
    expect(await cp('c1:/tmp/d', 'c1:/tmp/copy')).toMatchObject({ code: 0, stderr: '' })
    expect(tree(join(root, 'tmp/copy'))).toEqual(content)
    await cp('c1:/tmp/d/sub', 'c1:/tmp/copy')
    expect(readFileSync(join(root, 'tmp/copy/sub/g'), 'utf8')).toHaveLength(200_000)
  })
})

describe('cp', () => {
  it.each([
    [['a', 'b'], 'one of the two must be in a container'],
    [['-', '-'], 'one of the two must be in a container'],
    [['c1:', 'b'], 'the path in the container is missing'],
    [['c1:/nope', 'b'], '"/nope" could not be found on container c1'],
    [['/does/not/exist', 'c1:/tmp'], '"/does/not/exist" could not be found on the host'],
    [['c1:/tmp'], 'requires at least 2 arguments']
  ])('%j is refused', async (argv, message) => {
    expect(await cp(...argv)).toMatchObject({ code: 125, stderr: expect.stringContaining(message) })
  })

  it('refuses what the rules of docker cp refuse', async () => {
    const f = join(work, 'src/d/f')
    const d = join(work, 'src/d')
    expect((await cp(f, 'c1:/tmp/nodir/')).stderr).toContain('"/tmp/nodir/" could not be found on container c1')
    expect((await cp(f, 'c1:/nope/x')).stderr).toContain('could not be found on container c1')
    expect((await cp(`${f}/`, 'c1:/tmp')).stderr).toMatch(/not a directory|could not be found/)
    await cp(f, 'c1:/tmp/f')
    expect((await cp(d, 'c1:/tmp/f')).stderr).toContain('a directory can only be copied to a directory')
    expect((await cp('c1:/tmp/f', join(work, 'no/dir'))).stderr).toContain('could not be found on the host')
    expect((await cp('c1:/tmp', f)).stderr).toContain('a directory can only be copied to a directory')
  })

  it('replaces a directory by a file only with --overwrite', async () => {
    mkdirSync(join(work, 'out/f/full'), { recursive: true })
    await cp(join(work, 'src/d/f'), 'c1:/tmp')
    expect((await cp('c1:/tmp/f', join(work, 'out'))).stderr).toContain('--overwrite replaces it')
    expect(await cp('--overwrite', 'c1:/tmp/f', join(work, 'out'))).toMatchObject({ code: 0 })
    expect(readFileSync(join(work, 'out/f'), 'utf8')).toBe('hello')
  })
})

describe('an archive written to this host', () => {
  type Entry = Parameters<ReturnType<typeof pack>['entry']>[0] & { readonly body?: string }

  async function write(
    entries: readonly Entry[],
    more: { warn?: (text: string) => void; keepOwner?: boolean } = {}
  ): Promise<void> {
    const archive = pack()
    for (const { body, ...header } of entries) {
      if (body === undefined) archive.entry(header, () => {})
      else archive.entry(header, body)
    }
    archive.finalize()
    const options = {
      renaming: { content: true, as: '.' },
      keepOwner: more.keepOwner ?? false,
      overwrite: true,
      signal,
      warn: more.warn ?? warn
    }
    await writeHost(archive as AsyncIterable<Uint8Array>, join(work, 'target'), options)
  }

  beforeEach(() => mkdirSync(join(work, 'target')))

  it.each<readonly [string, readonly Entry[]]>([
    [
      'a link and then a file through it',
      [
        { name: 'a', type: 'symlink', linkname: '..' },
        { name: 'a/escaped', body: 'x' }
      ]
    ],
    [
      'an absolute link',
      [
        { name: 'a', type: 'symlink', linkname: '/tmp' },
        { name: 'a/runcible-escaped', body: 'x' }
      ]
    ],
    [
      'a chain of links',
      [
        { name: 'a', type: 'symlink', linkname: 'b' },
        { name: 'b', type: 'symlink', linkname: '..' },
        { name: 'a/escaped', body: 'x' }
      ]
    ],
    [
      'a directory through a link',
      [
        { name: 'a', type: 'symlink', linkname: '..' },
        { name: 'a/escaped', type: 'directory' }
      ]
    ],
    ['a name with ..', [{ name: '../escaped', body: 'x' }]],
    ['a name with .. inside', [{ name: 'a/../../escaped', body: 'x' }]],
    ['a hard link to a name with ..', [{ name: 'escaped', type: 'link', linkname: '../src/d/f' }]],
    [
      'a hard link through a link',
      [
        { name: 'a', type: 'symlink', linkname: '../src' },
        { name: 'escaped', type: 'link', linkname: 'a/d/f' }
      ]
    ]
  ])('never leads out: %s', async (_what, entries) => {
    await expect(write(entries)).rejects.toThrow(/leads out|is a link or a file/)
    expect(existsSync(join(work, 'escaped'))).toBe(false)
    expect(existsSync('/tmp/runcible-escaped')).toBe(false)
    expect(existsSync(join(work, 'target/escaped'))).toBe(false)
  })

  it('never follows a link that is there already', async () => {
    symlinkSync(join(work, 'src/d'), join(work, 'target/dir'))
    symlinkSync(join(work, 'src/d/f'), join(work, 'target/file'))
    await expect(write([{ name: 'dir/f', body: 'overwritten' }])).rejects.toThrow('is a link or a file')
    await write([{ name: 'file', body: 'new' }])
    expect(readFileSync(join(work, 'src/d/f'), 'utf8')).toBe('hello')
    expect(lstatSync(join(work, 'target/file')).isFile()).toBe(true)
  })

  it('takes absolute names as names below, and strips what would act as another user', async () => {
    await write([
      { name: '/etc/passwd', body: 'x', mode: 0o6755 },
      { name: 'd', type: 'directory', mode: 0o2775 }
    ])
    expect(readFileSync(join(work, 'target/etc/passwd'), 'utf8')).toBe('x')
    expect(statSync(join(work, 'target/etc/passwd')).mode & 0o7777).toBe(0o755)
    expect(statSync(join(work, 'target/d')).mode & 0o7777).toBe(0o775)
  })

  it('leaves devices and FIFOs out, and says so', async () => {
    const warnings: string[] = []
    await write(
      [
        { name: 'null', type: 'character-device', devmajor: 1, devminor: 3 },
        { name: 'pipe', type: 'fifo' },
        { name: 'kept', body: '' }
      ],
      { warn: (text) => warnings.push(text) }
    )
    expect(warnings).toEqual(['null is a character-device: left out', 'pipe is a fifo: left out'])
    expect(readdirSync(join(work, 'target'))).toEqual(['kept'])
  })

  it('fills a read-only directory, keeps hard links and times', async () => {
    const mtime = new Date(1_600_000_000_000)
    await write([
      { name: 'ro', type: 'directory', mode: 0o555 },
      { name: 'ro/f', body: 'x', mtime },
      { name: 'ro/h', type: 'link', linkname: 'ro/f' }
    ])
    expect(statSync(join(work, 'target/ro')).mode & 0o777).toBe(0o555)
    expect(statSync(join(work, 'target/ro/f'))).toMatchObject({ nlink: 2, mtimeMs: mtime.getTime() })
    chmodSync(join(work, 'target/ro'), 0o755)
  })

  it('copies what was linked before', () => {
    linkSync(join(work, 'src/d/f'), join(work, 'src/d/hard'))
    return cp(join(work, 'src/d'), 'c1:/tmp').then(() =>
      expect(readFileSync(join(root, 'tmp/d/hard'), 'utf8')).toBe('hello')
    )
  })
})
