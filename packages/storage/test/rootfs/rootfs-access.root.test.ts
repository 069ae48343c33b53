import { busyboxRootfs, rawTar } from '@runcible/fixtures'
import type { Rootfs } from '@runcible/interface'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { overlaySnapshotter, rootfsAccess } from '../../src/index.ts'
import { linux, temporary } from '../support.ts'
import { makeWorld, treeOf } from '../layer/target-worlds.ts'

async function* once1(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield bytes
}
const bind = (source: string) => [{ type: 'bind', source, options: ['rbind', 'rw'] }]

/** A root file system beside a directory that nothing in it may reach. */
const open = async (fill: (root: string, outside: string) => void) => {
  const directory = temporary()
  const [root, outside] = [join(directory.path, 'root'), join(directory.path, 'outside')]
  for (const path of [root, outside]) mkdirSync(path)
  busyboxRootfs(root)
  writeFileSync(join(root, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n')
  writeFileSync(join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n')
  writeFileSync(join(outside, 'secret'), 'secret')
  fill(root, outside)
  const rootfs = await rootfsAccess({ tmp: join(directory.path, 'tmp'), linux })({}).open({ mounts: bind(root) })
  const dispose = async () => {
    await rootfs[Symbol.asyncDispose]()
    await directory[Symbol.asyncDispose]()
  }
  return { rootfs, root, outside, directory: directory.path, [Symbol.asyncDispose]: dispose }
}

const text = async (rootfs: Rootfs, path: string) => {
  const bytes = await rootfs.read(path, { maxBytes: 10_000 })
  return bytes && Buffer.from(bytes).toString()
}

test('a mount is gone from the tree as soon as it is open, and its directory too', async () => {
  await using given = await open(() => undefined)
  expect(await text(given.rootfs, '/etc/passwd')).toContain('nobody')
  expect(linux.mount.list().some(({ mountPoint }) => mountPoint.startsWith(given.directory))).toBe(false)
  expect(readdirSync(join(given.directory, 'tmp'))).toEqual([])
})

test('links lead to places inside, never out', async () => {
  await using given = await open((root, outside) => {
    symlinkSync(outside, join(root, 'absolute'))
    symlinkSync(`../../../../../../../../..${outside}`, join(root, 'relative'))
    symlinkSync('/proc/self/root', join(root, 'magic'))
    symlinkSync('/etc', join(root, 'inside'))
  })
  const { rootfs, outside } = given
  for (const link of ['absolute', 'relative']) {
    expect(await rootfs.stat(`/${link}`, { follow: false })).toMatchObject({
      name: link,
      linkTarget: expect.stringContaining(outside)
    })
    expect(await rootfs.stat(`/${link}/secret`)).toBeUndefined()
    expect(await text(rootfs, `/${link}/secret`)).toBeUndefined()
    await rootfs.makeDirectory(`/${link}/made`)
    await rootfs.extract(`/${link}`, once1(rawTar([{ name: 'extracted', content: 'x' }])))
  }
  await expect(text(rootfs, `/magic${outside}/secret`)).resolves.toBeUndefined()
  expect(await text(rootfs, '../../etc/../etc/group')).toContain('nogroup')
  expect(await text(rootfs, '/inside/group')).toContain('nogroup')
  expect(treeOf(outside)).toEqual({ secret: 'secret' })
  expect(readdirSync(join(given.root, outside)).toSorted()).toEqual(['extracted', 'made'])
})

test('only regular files are read: a FIFO, a device and a directory are refused at once', async () => {
  await using given = await open((root) => {
    linux.fs.mknodAt(linux.fs.cwd, join(root, 'etc/fifo'), { type: 'fifo', mode: 0o666 })
    linux.fs.mknodAt(linux.fs.cwd, join(root, 'etc/zero'), { type: 'character', mode: 0o666, major: 1, minor: 5 })
  })
  for (const name of ['fifo', 'zero', '.']) {
    await expect(text(given.rootfs, `/etc/${name}`)).rejects.toMatchObject({ code: 'invalid-argument' })
  }
})

test('an archive can be taken out, and put back elsewhere with links as they are', async () => {
  await using given = await open((root, outside) => symlinkSync(outside, join(root, 'etc/out')))
  const tar = Buffer.concat(await Array.fromAsync(given.rootfs.archive('/etc')))
  const listing = spawnSync('tar', ['-t'], { input: tar, encoding: 'utf8' })
  expect(listing.stdout.split('\n').filter(Boolean)).toEqual(['etc/', 'etc/group', 'etc/out', 'etc/passwd'])
  await given.rootfs.extract('/tmp', once1(tar))
  expect(await given.rootfs.stat('/tmp/etc/out', { follow: false })).toMatchObject({ linkTarget: given.outside })
})

test('a hostile archive is refused or stays inside', async () => {
  await using given = await open(() => undefined)
  const { rootfs, outside } = given
  const tars = [
    rawTar([{ name: '../../outside/escaped', content: 'x' }]),
    rawTar([
      { name: 'up', flag: '2', linkName: outside },
      { name: 'up/escaped', content: 'x' }
    ]),
    rawTar([{ name: 'v', flag: '1', linkName: `${outside}/secret` }])
  ]
  for (const tar of tars) await rootfs.extract('/tmp', once1(tar)).catch(() => undefined)
  expect(treeOf(outside)).toEqual({ secret: 'secret' })
  expect(existsSync(join(given.root, outside, 'escaped'))).toBe(true)
})

test('a name that begins with .wh. is a name', async () => {
  await using given = await open(() => undefined)
  await given.rootfs.extract('/etc', once1(rawTar([{ name: '.wh.passwd', content: 'x' }])))
  expect(readdirSync(join(given.root, 'etc'))).toContain('.wh.passwd')
  expect(readdirSync(join(given.root, 'etc'))).toContain('passwd')
})

test('nothing leads out while links are exchanged under way', async () => {
  await using given = await open((root, outside) => {
    mkdirSync(join(root, 'job/inner'), { recursive: true })
    writeFileSync(join(root, 'job/inner/secret'), 'inside')
    symlinkSync(outside, join(root, 'job/swap'))
  })
  const { rootfs, root, outside } = given
  const program = join(import.meta.dirname, '../fixtures/exchange-program.ts')
  const args = [
    '--conditions=source',
    '--disable-warning=ExperimentalWarning',
    program,
    join(root, 'job/inner'),
    join(root, 'job/swap')
  ]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  const seen = new Set<string | undefined>()
  try {
    for (let turn = 0; turn < 1500; turn++) {
      seen.add(await text(rootfs, '/job/inner/secret').catch(() => undefined))
      await rootfs.extract('/job/inner', once1(rawTar([{ name: 'x/y', content: 'x' }]))).catch(() => undefined)
      await rootfs.makeDirectory('/job/inner/made/deep').catch(() => undefined)
      const tar = await Array.fromAsync(rootfs.archive('/job')).catch(() => [])
      seen.add(Buffer.concat(tar).includes('secret\0\0secret') ? 'secret' : undefined)
      if (turn % 50 === 0) await new Promise((resolve) => setImmediate(resolve))
    }
  } finally {
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  expect(seen).toContain('inside')
  expect(seen).not.toContain('secret')
  expect(treeOf(outside)).toEqual({ secret: 'secret' })
})

test('an overlay at rest is read without its upper directory being mounted', async () => {
  await using world = makeWorld('overlay')
  const parent = await world.stack([rawTar([{ name: 'a', content: 'low' }]), rawTar([{ name: 'b', content: 'low' }])])
  const { mounts } = await world.active(parent)
  const upper = mounts[0]?.options.find((option) => option.startsWith('upperdir='))?.slice(9) ?? ''
  writeFileSync(join(upper, 'a'), 'changed')
  await using rootfs = await rootfsAccess({ tmp: join(world.path, 'tmp'), linux })({}).open(
    { mounts },
    { readonly: true }
  )
  expect(await text(rootfs, '/a')).toBe('changed')
  expect(await text(rootfs, '/b')).toBe('low')
  await expect(rootfs.makeDirectory('/x')).rejects.toMatchObject({ code: 'permission-denied' })
})

test('a process that is gone is told as such', async () => {
  const access = rootfsAccess({ tmp: '/nonexistent', linux })({})
  await expect(access.open({ pid: 2 ** 22 + 1 })).rejects.toMatchObject({ code: 'failed-precondition' })
})

test('more layers than fit in one page of options are mounted', async () => {
  await using directory = temporary()
  const snapshots = overlaySnapshotter({
    root: join(directory.path, 'a-directory-with-a-rather-long-name', 'snapshots'),
    linux
  })({})
  let parent: string | undefined
  for (let layer = 0; layer < 120; layer++) {
    const mounts = await snapshots.prepare('next', parent)
    const upper =
      mounts[0]?.options.find((option) => option.startsWith('upperdir='))?.slice(9) ?? mounts[0]?.source ?? ''
    writeFileSync(join(upper, `file-${layer}`), String(layer))
    await snapshots.commit(`layer-${layer}`, 'next')
    parent = `layer-${layer}`
  }
  const mounts = await snapshots.prepare('container', parent)
  expect(mounts[0]?.options.join(',').length).toBeGreaterThan(4096)
  await using rootfs = await rootfsAccess({ tmp: join(directory.path, 'tmp'), linux })({}).open({ mounts })
  expect(await text(rootfs, '/file-0')).toBe('0')
  expect(await text(rootfs, '/file-119')).toBe('119')
  for (let layer = 120; layer < 127; layer++) {
    await snapshots.prepare('next', parent)
    await snapshots.commit(`layer-${layer}`, 'next')
    parent = `layer-${layer}`
  }
  await snapshots.prepare('next', parent)
  await snapshots.commit('one-more', 'next')
  await expect(snapshots.prepare('too-many', 'one-more')).rejects.toMatchObject({ code: 'unsupported' })
  expect(await snapshots.stat('too-many')).toBeUndefined()
  expect(readFileSync('/proc/self/mountinfo', 'utf8')).not.toContain(directory.path)
})
