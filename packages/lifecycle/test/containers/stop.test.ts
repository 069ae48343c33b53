import { expect, it } from 'vitest'
import { fakeEngine } from '../support/fake-engine.ts'

it('does not wait for ever for an attendant that is suspended', async () => {
  await using bench = await fakeEngine()
  const { containers } = bench.engine
  const { id } = await containers.create({ image: bench.image, command: ['sleep', '100'] })
  const { attendance } = await containers.start(id, { attend: true })
  await containers.stop(id, { timeout: 0 })
  expect((await containers.inspect(id)).status).toBe('exited')
  await attendance?.[Symbol.asyncDispose]()
})

it('has removed a container that removes itself', async () => {
  await using bench = await fakeEngine()
  const { containers } = bench.engine
  const { id } = await containers.create({ image: bench.image, command: ['sleep', '100'], autoRemove: true })
  await containers.start(id)
  await containers.stop(id, { timeout: 0 })
  expect(await containers.exists(id)).toBe(false)
})

it('leaves a container as it was when its signal cannot be sent', async () => {
  await using bench = await fakeEngine()
  const { engine, parts, image } = bench
  const { id } = await engine.containers.create({ image, command: ['sleep', '100'] })
  await engine.containers.start(id)
  const { load } = parts.runtime
  parts.runtime.load = async (name) => ({
    ...(await load(name)),
    kill: async () => {
      throw new Error('not now')
    }
  })
  await expect(engine.containers.stop(id)).rejects.toThrow('not now')
  parts.runtime.load = load
  expect(await engine.containers.inspect(id)).toMatchObject({ status: 'running', stoppedByUser: false })
})
