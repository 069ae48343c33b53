import { hostileLayers, rawTar } from '@runcible/fixtures'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { layerDiffer } from '../../src/index.ts'
import { linux, storeLayer, temporary } from '../support.ts'
import { makeWorld, treeOf, worldKinds } from './target-worlds.ts'

const outside = '/any/directory'

/** Directories that a hostile layer may aim at through layers below it. */
const below = [
  rawTar([
    { name: 'sub/', flag: '5', mode: 0o755 },
    { name: 'low', flag: '2', linkName: outside }
  ]),
  rawTar([{ name: 'sub/other', flag: '2', linkName: '../low' }])
]

const withOutside = async (use: (path: string) => Promise<void>) => {
  await using directory = temporary()
  const path = join(directory.path, 'outside')
  mkdirSync(path)
  writeFileSync(join(path, 'victim'), 'untouched')
  await use(path)
  expect(treeOf(path)).toEqual({ victim: 'untouched' })
}

for (const kind of worldKinds) {
  for (const depth of [0, 1, 2]) {
    for (const { name, outcome } of hostileLayers(outside)) {
      test(`${name}, ${kind} above ${depth} layers: ${outcome}`, async () => {
        await withOutside(async (path) => {
          await using world = makeWorld(kind)
          const parent = await world.stack(below.slice(0, depth))
          const { key, mounts } = await world.active(parent === '' ? undefined : parent)
          const tar = hostileLayers(path).find((layer) => layer.name === name)?.tar ?? Buffer.alloc(0)
          const applying = world.differ.apply(await storeLayer(world.content, tar), mounts)
          if (outcome === 'contained') await applying
          else await expect(applying).rejects.toMatchObject({ code: outcome })
          await world.snapshots.remove(key)
          expect(await world.snapshots.stat(key)).toBeUndefined()
        })
      })
    }
    if (depth === 0) continue
    test(`a link of a lower layer as parent stays inside, ${kind} above ${depth} layers`, async () => {
      await withOutside(async (path) => {
        await using world = makeWorld(kind)
        const link = rawTar([
          { name: 'sub/', flag: '5' },
          { name: 'low', flag: '2', linkName: path }
        ])
        const hop = rawTar([{ name: 'sub/other', flag: '2', linkName: '../low' }])
        const use = depth === 1 ? 'low' : 'sub/other'
        const top = await world.stack([
          ...[link, hop].slice(0, depth),
          rawTar([{ name: `${use}/escaped`, content: 'x' }])
        ])
        await world.look(top, (root) => expect(treeOf(join(root, path))).toEqual({ escaped: 'x' }))
      })
    })
  }
}

test('an archive of many members stops at the limit', async () => {
  await using world = makeWorld('overlay')
  const differ = layerDiffer({ linux, tmp: join(world.path, 'tmp'), limits: { maxEntries: 10 } })({
    content: world.content
  })
  const layer = await storeLayer(
    world.content,
    rawTar(Array.from({ length: 11 }, (_, index) => ({ name: `f${index}` })))
  )
  const { mounts } = await world.active()
  await expect(differ.apply(layer, mounts)).rejects.toMatchObject({ code: 'exhausted' })
})

test.for([
  ['here', Number.POSITIVE_INFINITY],
  ['on a thread', 0]
] as const)('a decompression bomb stops at the ratio, %s', async ([, threadFrom]) => {
  await using world = makeWorld('overlay')
  const limits = { maxRatio: 100, ratioFrom: 1 << 20 }
  const differ = layerDiffer({ linux, tmp: join(world.path, 'tmp'), limits, threadFrom })({ content: world.content })
  const bomb = gzipSync(rawTar([{ name: 'zeros', content: Buffer.alloc(64 << 20) }]))
  const { mounts } = await world.active()
  await expect(differ.apply(await storeLayer(world.content, bomb), mounts)).rejects.toMatchObject({ code: 'corrupt' })
})

test.for([
  ['here', Number.POSITIVE_INFINITY],
  ['on a thread', 0]
] as const)('a cut or broken gzip stream is corrupt, %s, and no descriptor is left', async ([, threadFrom]) => {
  await using world = makeWorld('overlay', threadFrom)
  const whole = gzipSync(
    rawTar([{ name: 'x', content: Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * index) & 255)) }])
  )
  const broken = Buffer.from(whole)
  broken.fill(0xff, 200, 260)
  const { mounts } = await world.active()
  mkdirSync(join(world.path, 'tmp'))
  const descriptors = () => readdirSync('/proc/self/fd').length
  const fails = async (bytes: Buffer) => {
    const layer = await storeLayer(world.content, bytes)
    await expect(world.differ.apply(layer, mounts)).rejects.toMatchObject({
      code: 'corrupt',
      message: expect.stringContaining(`layer ${layer.digest}: broken gzip: `),
      subject: { kind: 'blob', name: layer.digest }
    })
  }
  await fails(whole.subarray(0, 300))
  const before = descriptors()
  for (const bytes of [broken, whole.subarray(0, whole.length - 9), Buffer.concat([whole.subarray(0, 500), whole])])
    await fails(bytes)
  expect(descriptors()).toBeLessThanOrEqual(before + 1)
  expect(treeOf(join(world.path, 'tmp'))).toEqual({})
})

test.for(worldKinds)('a symbolic link without a target is refused, %s', async (kind) => {
  await using world = makeWorld(kind)
  const { mounts } = await world.active()
  const tar = rawTar([{ name: 'empty', flag: '2', linkName: '' }])
  await expect(world.differ.apply(await storeLayer(world.content, tar), mounts)).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining('"empty" is a symbolic link without a target')
  })
})

test.for(worldKinds)('a hard link cannot replace the directory of its target, %s', async (kind) => {
  await using world = makeWorld(kind)
  const tar = rawTar([
    { name: 'a/', flag: '5' },
    { name: 'a/b/', flag: '5' },
    { name: 'a/b/file', content: 'x' },
    { name: 'a', flag: '1', linkName: 'a/b/file' }
  ])
  const { mounts } = await world.active()
  await expect(world.differ.apply(await storeLayer(world.content, tar), mounts)).rejects.toMatchObject({
    code: 'invalid-argument',
    message: expect.stringContaining('that it replaces')
  })
})
