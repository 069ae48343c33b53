import { digestOf } from '@runcible/oci-spec'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readdirSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { localContentStore } from '../../src/index.ts'
import { linux, storeLayer, temporary } from '../support.ts'

const program = join(import.meta.dirname, '../fixtures/ingest-program.ts')

/** Another process that writes `size` bytes of `seed` under the ref `shared`, slowly when asked. */
const ingestProcess = (root: string, ...args: string[]) =>
  spawn(process.execPath, ['--conditions=source', '--disable-warning=ExperimentalWarning', program, root, ...args], {
    stdio: ['ignore', 'pipe', 'inherit']
  })

const output = async (child: ReturnType<typeof ingestProcess>) =>
  Buffer.concat(await Array.fromAsync(child.stdout))
    .toString()
    .trim()

test('the store is private', async () => {
  await using directory = temporary()
  const root = join(directory.path, 'a/b')
  await storeLayer(localContentStore({ root, linux })({}), Buffer.from('x'))
  expect(statSync(root).mode & 0o777).toBe(0o700)
})

test('nothing but the blob is left after a commit', async () => {
  await using directory = temporary()
  const store = localContentStore({ root: directory.path, linux })({})
  const { digest } = await storeLayer(store, Buffer.from('x'))
  expect(readdirSync(join(directory.path, 'ingest'))).toEqual([])
  expect(store.localPath(digest)).toBe(join(directory.path, 'blobs/sha256', digest.slice(7)))
})

test('a digest that is a path is refused', async () => {
  await using directory = temporary()
  const store = localContentStore({ root: directory.path, linux })({})
  await expect(store.info('sha256:../../../etc/passwd')).rejects.toMatchObject({ code: 'invalid-argument' })
})

test('two processes that write one ref do the work once', async () => {
  await using directory = temporary()
  const children = [1, 2, 3].map(() => ingestProcess(directory.path, 'write', '3000000'))
  const outcomes = await Promise.all(children.map(output))
  expect(outcomes.toSorted()).toEqual(['found', 'found', 'wrote from 0'])
})

test('a killed write is resumed by the next process', async () => {
  await using directory = temporary()
  const child = ingestProcess(directory.path, 'stall', '3000000')
  await once(child.stdout, 'data')
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
  const store = localContentStore({ root: directory.path, linux })({})
  expect(await Array.fromAsync(store.list())).toEqual([])
  expect(await Array.fromAsync(store.ingests())).toMatchObject([{ ref: 'shared' }])
  const outcome = await output(ingestProcess(directory.path, 'write', '3000000'))
  expect(outcome).toMatch(/^wrote from [1-9]\d+$/)
  expect(await Array.fromAsync(store.list())).toMatchObject([{ size: 3_000_000 }])
})

test('stale writes are cleaned, those under way are not', async () => {
  await using directory = temporary()
  const store = localContentStore({ root: directory.path, linux })({})
  {
    await using left = await store.ingest({ ref: 'left' })
    await left?.write(Buffer.from('bytes'))
  }
  await using busy = await store.ingest({ ref: 'busy' })
  await busy?.write(Buffer.from('bytes'))
  expect(await store.cleanIngests(0)).toBe(0)
  expect(await store.cleanIngests(Date.now() + 1000)).toBe(1)
  expect((await Array.fromAsync(store.ingests())).map(({ ref }) => ref)).toEqual(['busy'])
})

test.for(['data', 'ref', 'lock'])('a killed process may leave an empty file of a write, .%s', async (kind) => {
  await using directory = temporary()
  const store = localContentStore({ root: directory.path, linux })({})
  expect(await Array.fromAsync(store.ingests())).toEqual([])
  writeFileSync(join(directory.path, 'ingest', `${'0b'.repeat(20)}.${kind}`), '')
  expect(await Array.fromAsync(store.ingests())).toMatchObject([{ ref: '', size: 0 }])
  // It is as old as its file: the process may just be beginning.
  expect(await store.cleanIngests(Date.now() - 60_000)).toBe(0)
  expect(await store.cleanIngests(Date.now() + 1000)).toBe(1)
  expect(readdirSync(join(directory.path, 'ingest'))).toEqual([])
})

test('after a crash of the machine damaged blobs are gone and whole ones stay', async () => {
  await using directory = temporary()
  const before = localContentStore({ root: directory.path, linux })({})
  const damaged = await storeLayer(before, randomBytes(1000))
  const whole = await storeLayer(before, randomBytes(1000))
  // What another boot leaves: its marks, and a file that never reached the disk.
  const marks = join(directory.path, 'unsynced')
  const [boot = ''] = readdirSync(marks)
  mkdirSync(marks, { recursive: true })
  renameSync(join(marks, boot), join(marks, '00000000-0000-0000-0000-000000000000'))
  truncateSync(before.localPath(damaged.digest) ?? '', 0)
  const after = localContentStore({ root: directory.path, linux })({})
  expect(await after.info(damaged.digest)).toBeUndefined()
  expect(await after.info(whole.digest)).toMatchObject({ size: 1000 })
  expect(readdirSync(marks)).toEqual([])
})

test('chunks may be reused by the caller after a write', async () => {
  await using directory = temporary()
  const store = localContentStore({ root: directory.path, linux })({})
  await using ingest = await store.ingest({
    ref: 'x',
    digest: digestOf(Buffer.concat([Buffer.alloc(10, 1), Buffer.alloc(10, 2)]))
  })
  const chunk = Buffer.alloc(10)
  for (const value of [1, 2]) await ingest?.write(chunk.fill(value))
  expect(await ingest?.commit()).toMatchObject({ size: 20 })
})

test('many processes look after a crash of the machine at once', async () => {
  await using directory = temporary()
  const { digest } = await storeLayer(localContentStore({ root: directory.path, linux })({}), Buffer.from('x'))
  for (let boot = 0; boot < 30; boot++) {
    mkdirSync(join(directory.path, 'unsynced', `boot${boot}`), { recursive: true })
    if (boot % 3 === 0) writeFileSync(join(directory.path, 'unsynced', `boot${boot}`, digest), '')
  }
  const stores = Array.from({ length: 8 }, () => localContentStore({ root: directory.path, linux })({}))
  const found = await Promise.all(stores.map((store) => store.info(digest)))
  expect(found.every((info) => info?.size === 1)).toBe(true)
})
