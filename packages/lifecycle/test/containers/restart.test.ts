import { expect, it } from 'vitest'
import { fakeEngine } from '../support/fake-engine.ts'

it('keeps a container that removes itself at its exit', async () => {
  await using bench = await fakeEngine()
  const { containers } = bench.engine
  const { id } = await containers.create({ image: bench.image, command: ['sleep', '100'], autoRemove: true })
  await containers.start(id)
  const before = await containers.inspect(id)
  const restarting = containers.restart(id, { timeout: 0 })
  const cleaningUp = containers.wait(id).then(() => containers.cleanup(id))
  await Promise.all([restarting, cleaningUp])
  const after = await containers.inspect(id)
  expect(after.status).toBe('running')
  expect(after.pid).not.toBe(before.pid)
})
