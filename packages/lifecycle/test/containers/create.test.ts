import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { fakeEngine, type FakeEngine } from '../support/fake-engine.ts'

const foldersOf = ({ parts }: FakeEngine): string[] => {
  const folder = join(parts.settings.root, 'containers')
  return existsSync(folder) ? readdirSync(folder) : []
}

it('leaves no folder of a container that is refused', async () => {
  await using bench = await fakeEngine()
  const { root } = bench.parts.settings
  bench.parts.logs.target = async (id) => {
    const path = join(root, 'containers', id, 'ctr.log')
    mkdirSync(dirname(path), { recursive: true })
    return { driver: 'k8s-file', path }
  }
  const refused = bench.engine.containers.create({ image: bench.image, workdir: 'relative' })
  await expect(refused).rejects.toMatchObject({ code: 'invalid-argument' })
  expect(foldersOf(bench)).toEqual([])
  const { id } = await bench.engine.containers.create({ image: bench.image })
  expect(foldersOf(bench)).toEqual([id])
})

it('stops making volumes when the caller does not want them any more, and leaves none', async () => {
  await using bench = await fakeEngine()
  const { engine, parts, image } = bench
  const controller = new AbortController()
  const { create } = parts.volumes
  let made = 0
  parts.volumes.create = async (...args) => {
    if (++made === 2) setImmediate(() => controller.abort())
    return create(...args)
  }
  const mounts = Array.from({ length: 500 }, (_, at) => ({ type: 'volume' as const, target: `/v${at}`, options: [] }))
  await expect(engine.containers.create({ image, mounts }, { signal: controller.signal })).rejects.toMatchObject({
    code: 'aborted'
  })
  expect(made).toBeLessThan(10)
  expect(await engine.volumes.list()).toEqual([])
  expect(await engine.containers.list({ all: true })).toEqual([])
})

it('is ended by a signal with an error of the engine, and leaves nothing', async () => {
  await using bench = await fakeEngine()
  const { engine, image } = bench
  await expect(engine.containers.create({ image }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'EngineError',
    code: 'aborted'
  })
  expect(await engine.containers.list({ all: true })).toEqual([])
})

it('refuses a network that is not there, before anything is made', async () => {
  await using bench = await fakeEngine()
  const { engine, image } = bench
  const network = { mode: 'bridge' as const, endpoints: [{ network: 'nowhere' }] }
  await expect(engine.containers.create({ image, network })).rejects.toMatchObject({
    code: 'not-found',
    subject: { kind: 'network', name: 'nowhere' }
  })
  expect(await engine.containers.list({ all: true })).toEqual([])
})

it('replaces a container whose removal was interrupted', async () => {
  await using bench = await fakeEngine()
  const { engine, parts, image } = bench
  const old = await engine.containers.create({ image, name: 'web' })
  parts.state.containers.update(old.id, (record) => ({ ...record, status: 'removing' }))
  const { id } = await engine.containers.create({ image, name: 'web', replace: true })
  expect((await engine.containers.list({ all: true })).map((container) => container.id)).toEqual([id])
})
