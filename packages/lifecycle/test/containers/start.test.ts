import { expect, it } from 'vitest'
import { fakeEngine } from '../support/fake-engine.ts'

it('lets whoever stays for the last run clean up before another stays for the next', async () => {
  await using bench = await fakeEngine()
  const { containers } = bench.engine
  const { id } = await containers.create({ image: bench.image, command: ['true'] })
  const first = await containers.start(id, { attend: true })
  await containers.wait(id)
  const second = containers.start(id, { attend: true })
  await new Promise((turn) => setImmediate(turn))
  await containers.cleanup(id)
  await first.attendance?.[Symbol.asyncDispose]()
  const { attendance } = await second
  expect(attendance).toBeDefined()
  await attendance?.[Symbol.asyncDispose]()
})

it('counts restarts anew', async () => {
  await using bench = await fakeEngine()
  const { engine, parts, image } = bench
  const { id } = await engine.containers.create({ image, command: ['true'] })
  parts.state.containers.update(id, (record) => ({ ...record, restartCount: 3 }))
  const { container } = await engine.containers.start(id)
  expect(container.restartCount).toBe(0)
})

it('tells why it failed, also when what it made cannot be undone at the moment', async () => {
  await using bench = await fakeEngine()
  const { engine, parts, image } = bench
  const { teardown } = parts.network
  parts.network.teardown = async () => {
    throw new Error('busy')
  }
  const { id } = await engine.containers.create({ image, command: ['nothing-of-the-kind'] })
  await expect(engine.containers.start(id)).rejects.toMatchObject({ code: 'command-not-found' })
  parts.network.teardown = teardown
})

it('joins no namespace of a process that only has the recorded id', async () => {
  await using bench = await fakeEngine()
  const { engine, parts, image } = bench
  const other = await engine.containers.create({ image, command: ['true'] })
  await engine.containers.start(other.id)
  await engine.containers.wait(other.id)
  parts.state.containers.update(other.id, (record) => ({ ...record, pid: process.pid }))
  const { id } = await engine.containers.create({
    image,
    command: ['true'],
    network: { mode: 'container', container: other.name }
  })
  await expect(engine.containers.start(id)).rejects.toMatchObject({ code: 'failed-precondition' })
})
