import { expect, it } from 'vitest'
import { fakeEngine } from '../support/fake-engine.ts'

it('an interrupted removal with its volumes is finished with its volumes', async () => {
  await using bench = await fakeEngine()
  const { engine, parts, image } = bench
  const mounts = [{ type: 'volume' as const, target: '/data', options: [] }]
  const { id } = await engine.containers.create({ image, mounts })
  const { remove } = parts.snapshotter
  parts.snapshotter.remove = async () => {
    throw new Error('interrupted')
  }
  await expect(engine.containers.remove(id, { volumes: true })).rejects.toThrow('interrupted')
  parts.snapshotter.remove = remove
  await expect(engine.containers.start(id)).rejects.toMatchObject({ code: 'not-found' })
  expect(await engine.volumes.list()).toEqual([])
})
