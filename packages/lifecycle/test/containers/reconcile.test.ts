import { existsSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { ContainerSpec } from '@runcible/interface'
import { runDirectory } from '../../src/containers/run-directory.ts'
import { fakeEngine, type FakeEngine } from '../support/fake-engine.ts'

async function running({ engine, image }: FakeEngine, spec: Partial<ContainerSpec> = {}): Promise<string> {
  const { id } = await engine.containers.create({ image, command: ['sleep', '100'], ...spec })
  await engine.containers.start(id)
  return id
}

const reboot = ({ parts }: FakeEngine, id: string) =>
  parts.state.containers.update(id, (record) => ({ ...record, bootId: 'an earlier boot' }))

it('removes what a reboot ended and was to remove itself; keeps the others', async () => {
  await using bench = await fakeEngine()
  const { containers } = bench.engine
  const [temporary, lasting] = [await running(bench, { autoRemove: true }), await running(bench)]
  for (const id of [temporary, lasting]) reboot(bench, id)
  const listed = await containers.list({ all: true })
  expect(listed.map(({ id, status }) => ({ id, status }))).toEqual([{ id: lasting, status: 'exited' }])
  expect(await containers.exists(temporary)).toBe(false)
})

it('takes notice of a pause and a resumption that were not recorded', async () => {
  await using bench = await fakeEngine()
  const { engine, parts } = bench
  const id = await running(bench)
  const task = await parts.runtime.load(id)
  await task.pause()
  expect((await engine.containers.inspect(id)).status).toBe('paused')
  await task.resume()
  expect((await engine.containers.inspect(id)).status).toBe('running')
})

it('leaves a restart or a removal for the exit command to find, when another command noticed the exit', async () => {
  await using bench = await fakeEngine()
  const { engine, parts } = bench
  const spec = { command: ['false'] }
  const ids = [
    await running(bench, { ...spec, restart: { name: 'always' } }),
    await running(bench, { ...spec, autoRemove: true }),
    await running(bench, spec)
  ]
  for (const id of ids) await engine.containers.wait(id)
  for (const id of ids) expect((await engine.containers.inspect(id)).status).toBe('exited')
  expect(ids.map((id) => existsSync(runDirectory(parts.settings, id)))).toEqual([true, true, false])
  await engine.containers.stop(ids[0]!)
  for (const id of ids) await engine.containers.cleanup(id)
  expect(ids.map((id) => existsSync(runDirectory(parts.settings, id)))).toEqual([false, false, false])
  expect(await engine.containers.exists(ids[1]!)).toBe(false)
})

it('lists the others when one cannot be cleaned up', async () => {
  await using bench = await fakeEngine()
  const { engine, parts } = bench
  const [broken, fine] = [await running(bench), await running(bench)]
  reboot(bench, broken)
  const { teardown } = parts.network
  parts.network.teardown = async () => {
    throw new Error('busy')
  }
  const listed = await engine.containers.list({ all: true })
  expect(listed.map(({ id }) => id).toSorted()).toEqual([broken, fine].toSorted())
  parts.network.teardown = teardown
})
