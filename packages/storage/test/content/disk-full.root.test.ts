import { digestOf } from '@runcible/oci-spec'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { rawTar } from '@runcible/fixtures'
import { expect, test } from 'vitest'
import { layerDiffer, localContentStore, overlaySnapshotter } from '../../src/index.ts'
import { linux, storeLayer, temporary } from '../support.ts'

const smallDisk = async (size: string) => {
  const directory = temporary()
  const path = join(directory.path, 'disk')
  mkdirSync(path)
  linux.mount.mount({ source: 'tmpfs', target: path, type: 'tmpfs', data: `size=${size}` })
  const dispose = async () => {
    linux.mount.unmount(path, { detach: true })
    await directory[Symbol.asyncDispose]()
  }
  return { path, directory: directory.path, [Symbol.asyncDispose]: dispose }
}

test('a blob on a full disk fails as exhausted and leaves nothing', async () => {
  await using disk = await smallDisk('1M')
  const store = localContentStore({ root: disk.path, linux })({})
  const bytes = Buffer.alloc(3_000_000, 'x')
  await using ingest = await store.ingest({ ref: 'x', digest: digestOf(bytes), size: bytes.length })
  const writing = (async () => {
    for (let at = 0; at < bytes.length; at += 65_536) await ingest?.write(bytes.subarray(at, at + 65_536))
    await ingest?.commit()
  })()
  await expect(writing).rejects.toMatchObject({ code: 'exhausted', hint: expect.stringContaining('space') })
  expect(readdirSync(join(disk.path, 'ingest'))).toEqual([])
  expect(await Array.fromAsync(store.list())).toEqual([])
  await storeLayer(store, Buffer.alloc(100_000, 'y'))
})

test.for([
  ['on the calling thread', Number.POSITIVE_INFINITY],
  ['on a thread of its own', 0]
] as const)('a layer that does not fit fails as exhausted, %s, and can be removed', async ([, threadFrom]) => {
  await using disk = await smallDisk('1M')
  const content = localContentStore({ root: join(disk.directory, 'content'), linux })({})
  const snapshots = overlaySnapshotter({ root: disk.path, linux })({})
  const layer = await storeLayer(content, rawTar([{ name: 'big', content: Buffer.alloc(3_000_000, 'x') }]))
  const mounts = await snapshots.prepare('a', undefined)
  const differ = layerDiffer({ linux, tmp: join(disk.directory, 'tmp'), threadFrom })({ content })
  await expect(differ.apply(layer, mounts)).rejects.toMatchObject({ code: 'exhausted' })
  await snapshots.remove('a')
  expect(await snapshots.prepare('a', undefined)).toHaveLength(1)
})
