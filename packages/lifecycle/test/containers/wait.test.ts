import { expect, it } from 'vitest'
import type { Exit } from '@runcible/interface'
import { fakeEngine } from '../support/fake-engine.ts'

/** What a driver says of a process whose traces were removed before it could look at them. */
const guess: Exit = { code: 137, at: 0, oomKilled: false }

it('tells the recorded exit when another has cleaned up, or removed the container, meanwhile', async () => {
  await using bench = await fakeEngine()
  const { engine, parts, image } = bench
  const { load } = parts.runtime
  const blind: typeof load = async (id) => ({
    ...(await load(id)),
    wait: async () => {
      await removed
      return guess
    }
  })
  const { id } = await engine.containers.create({ image, command: ['sh', '-c', 'read; exit 7'], stdin: true })
  const { attachment } = await engine.containers.start(id, { attach: { stdin: true } })
  parts.runtime.load = blind
  const { promise: removed, resolve } = Promise.withResolvers<void>()
  const waiting = engine.containers.wait(id)
  await new Promise((turn) => setImmediate(turn))
  parts.runtime.load = load
  attachment?.stdin?.end()
  expect(await engine.containers.wait(id)).toMatchObject({ code: 7 })
  await engine.containers.remove(id)
  resolve()
  expect(await waiting).toMatchObject({ code: 7 })
})
