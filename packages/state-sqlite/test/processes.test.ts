import { once } from 'node:events'
import { isEngineError, type EngineEvent } from '@runcible/interface'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openState, volume } from './fixtures/open-state.ts'
import { killed, temporaryRoot, type TemporaryRoot } from './temporary.ts'

const createOne = (name: string) => ({ type: 'volume', action: 'create', id: name, name }) as const

describe('several processes on one state', () => {
  let box: TemporaryRoot
  beforeEach(() => {
    box = temporaryRoot()
  })
  afterEach(() => box[Symbol.asyncDispose]())

  const stored = async () => {
    const { state, events } = openState(box.root)
    const found: EngineEvent[] = []
    for await (const event of events.subscribe({ since: 0n, until: 0n + BigInt(Date.now()) * 1_000_000n + 1_000_000n }))
      found.push(event)
    const volumes = state.volumes.list().map(({ id }) => id)
    state.close()
    return { volumes, events: found }
  }

  it('makes the database once when all begin together', async () => {
    const writers = await Promise.all(['a', 'b', 'c'].map((prefix) => box.start('writer.ts', prefix, '1')))
    await Promise.all(writers.map((writer) => (writer.exitCode === null ? once(writer, 'exit') : undefined)))
    expect(writers.map((writer) => writer.exitCode)).toEqual([0, 0, 0])
    expect((await stored()).volumes.toSorted()).toEqual(['a-0', 'b-0', 'c-0'])
  })

  it('loses nothing when two write at once', async () => {
    const writers = await Promise.all(['a', 'b'].map((prefix) => box.start('writer.ts', prefix, '300')))
    await Promise.all(writers.map((writer) => (writer.exitCode === null ? once(writer, 'exit') : undefined)))
    expect(writers.map((writer) => writer.exitCode)).toEqual([0, 0])
    const { volumes, events } = await stored()
    const expected = ['a', 'b'].flatMap((prefix) => Array.from({ length: 300 }, (_, index) => `${prefix}-${index}`))
    expect(volumes.toSorted()).toEqual(expected.toSorted())
    expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 600 }, (_, index) => index + 1))
  })

  it('has nothing of a transaction whose process was killed, and waits for no dead holder', async () => {
    const holder = await box.start('holder.ts')
    const { state, events } = openState(box.root)
    expect(state.volumes.list()).toEqual([])
    expect(state.isLocked('held')).toBe(true)
    await expect(state.lock('held', { signal: AbortSignal.timeout(20) })).rejects.toSatisfy((error) =>
      isEngineError(error, 'aborted')
    )
    await killed(holder)
    expect(state.isLocked('held')).toBe(false)
    const lock = await state.lock('held')
    state.volumes.insert(volume('mine'))
    expect(state.volumes.list().map(({ id }) => id)).toEqual(['mine'])
    expect(events.publish(createOne('mine')).sequence).toBe(1)
    await lock[Symbol.asyncDispose]()
    state.close()
  })

  it('has every transaction of a killed writer whole', async () => {
    const writer = await box.start('writer.ts', 'a', '1000000')
    const { state, events } = openState(box.root)
    const seen: EngineEvent[] = []
    for await (const event of events.subscribe({ since: 0n })) if (seen.push(event) === 50) break
    state.close()
    await killed(writer)
    const { volumes, events: found } = await stored()
    expect(volumes.length).toBeGreaterThanOrEqual(50)
    expect(volumes).toEqual(volumes.map((_, index) => `a-${index}`))
    expect(found.map(({ name }) => name)).toEqual(volumes)
  })

  it('delivers a thousand events of another process in order', async () => {
    const { state, events } = openState(box.root)
    const seen: string[] = []
    const subscriber = (async () => {
      for await (const event of events.subscribe({ since: 0n })) if (seen.push(event.name) === 1000) return
    })()
    await box.start('writer.ts', 'x', '1000')
    await subscriber
    state.close()
    expect(seen).toEqual(Array.from({ length: 1000 }, (_, index) => `x-${index}`))
  })
})
