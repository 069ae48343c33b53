import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  isEngineError,
  type ImageName,
  type ImageRecord,
  type StateStore,
  type StoredNetwork,
  type StoredVolume
} from '@runcible/interface'

export interface StateStoreSubject extends AsyncDisposable {
  readonly state: StateStore
  /** A second handle on the same state, as another process has it. */
  readonly other: StateStore
}

const volume = (name: string): StoredVolume => ({
  id: name,
  record: {
    name,
    driver: 'local',
    mountpoint: `/volumes/${name}`,
    labels: {},
    options: {},
    anonymous: false,
    createdAt: 1,
    copiedUp: false
  }
})

const network = (name: string, id: string): StoredNetwork => ({
  id: name,
  record: {
    id,
    name,
    driver: 'bridge',
    subnets: [],
    internal: false,
    ipv6: false,
    dns: false,
    labels: {},
    options: {},
    createdAt: 1
  }
})

const codeOf = (action: () => unknown) => {
  try {
    action()
  } catch (error) {
    return isEngineError(error) ? error.code : error
  }
  return 'no error'
}

/** What every `StateStore` must do. */
export function describeStateStore(name: string, setup: () => Promise<StateStoreSubject>): void {
  describe(`StateStore: ${name}`, () => {
    let subject: StateStoreSubject
    let state: StateStore
    beforeEach(async () => {
      subject = await setup()
      state = subject.state
    })
    afterEach(() => subject[Symbol.asyncDispose]())

    it('gives back what was inserted, in the order of insertion', () => {
      state.volumes.insert(volume('b'))
      state.volumes.insert(volume('a'))
      expect(state.volumes.get('a')).toEqual(volume('a'))
      expect(state.volumes.get('absent')).toBeUndefined()
      expect(state.volumes.list().map((entry) => entry.id)).toEqual(['b', 'a'])
    })

    it('keeps names that are words of JavaScript as data', () => {
      state.volumes.insert(volume('__proto__'))
      state.volumes.insert(volume('constructor'))
      expect(state.volumes.get('__proto__')).toEqual(volume('__proto__'))
      expect(state.volumes.list()).toHaveLength(2)
      expect(state.volumes.get('toString')).toBeUndefined()
    })

    it('refuses a second record of the same id or secondary key', () => {
      state.networks.insert(network('one', '1111'))
      expect(codeOf(() => state.networks.insert(network('one', '2222')))).toBe('already-exists')
      expect(codeOf(() => state.networks.insert(network('two', '1111')))).toBe('already-exists')
      expect(state.networks.list()).toHaveLength(1)
    })

    it('finds by secondary key and by prefix of the id', () => {
      state.networks.insert(network('one', 'abcd'))
      state.networks.insert(network('once', 'abff'))
      expect(state.networks.find('abcd')?.id).toBe('one')
      expect(state.networks.find('ab')).toBeUndefined()
      expect(state.networks.withPrefix('on', 10).map((entry) => entry.id)).toEqual(['one', 'once'])
      expect(state.networks.withPrefix('on', 1)).toHaveLength(1)
      expect(state.networks.withPrefix('x', 10)).toEqual([])
      expect(state.networks.withPrefix('o%', 10)).toEqual([])
    })

    it('updates a record, moving its secondary key', () => {
      state.networks.insert(network('one', '1111'))
      state.networks.insert(network('two', '2222'))
      expect(state.networks.update('one', () => network('one', '3333'))).toEqual(network('one', '3333'))
      expect(state.networks.find('1111')).toBeUndefined()
      expect(state.networks.find('3333')?.id).toBe('one')
      expect(codeOf(() => state.networks.update('one', () => network('one', '2222')))).toBe('already-exists')
      expect(codeOf(() => state.networks.update('absent', (current) => current))).toBe('not-found')
    })

    it('says whether a deleted record was there', () => {
      state.volumes.insert(volume('a'))
      expect(state.volumes.delete('a')).toBe(true)
      expect(state.volumes.delete('a')).toBe(false)
      expect(state.volumes.get('a')).toBeUndefined()
    })

    it('is not changed through the values it gives', () => {
      state.volumes.insert(volume('a'))
      const given = state.volumes.get('a') as { record: { labels: Record<string, string> } }
      try {
        given.record.labels['x'] = 'y'
      } catch {
        // A frozen value is as good as a copy.
      }
      expect(state.volumes.get('a')?.record.labels).toEqual({})
    })

    it('shows the other handle everything of a transaction or nothing', () => {
      state.transaction((stores) => {
        stores.volumes.insert(volume('a'))
        stores.imageNames.insert({ id: 'x', imageId: 'y', digest: 'sha256:z' } satisfies ImageName)
      })
      expect(subject.other.volumes.get('a')).toEqual(volume('a'))
      expect(subject.other.imageNames.list()).toHaveLength(1)

      expect(() =>
        state.transaction((stores) => {
          stores.volumes.insert(volume('b'))
          stores.volumes.delete('a')
          throw new Error('no')
        })
      ).toThrow('no')
      expect(subject.other.volumes.list().map((entry) => entry.id)).toEqual(['a'])
    })

    it('runs a transaction within a transaction as part of it', () => {
      expect(() =>
        state.transaction(() => {
          state.transaction((stores) => stores.volumes.insert(volume('inner')))
          throw new Error('outer')
        })
      ).toThrow('outer')
      expect(state.volumes.list()).toEqual([])
    })

    it('refuses an asynchronous transaction', () => {
      expect(() => state.transaction(async (stores) => stores.volumes.insert(volume('a')))).toThrow(TypeError)
      expect(state.volumes.list()).toEqual([])
    })

    it('keeps kinds apart', () => {
      state.volumes.insert(volume('same'))
      state.networks.insert(network('same', '1'))
      state.images.insert({ id: 'same' } as ImageRecord)
      expect(state.volumes.list()).toHaveLength(1)
      expect(state.images.list()).toHaveLength(1)
    })

    it('gives a lock to one holder at a time, across handles', async () => {
      const order: string[] = []
      const first = await state.lock('c')
      expect(subject.other.isLocked('c')).toBe(true)
      const second = subject.other.lock('c').then(async (lock) => {
        order.push('second')
        await lock[Symbol.asyncDispose]()
      })
      const unrelated = await subject.other.lock('d')
      await unrelated[Symbol.asyncDispose]()
      order.push('first')
      await first[Symbol.asyncDispose]()
      await second
      expect(order).toEqual(['first', 'second'])
      expect(state.isLocked('c')).toBe(false)
    })

    it('stops waiting for a lock when the signal fires', async () => {
      await using _held = await state.lock('c')
      const controller = new AbortController()
      const waiting = subject.other.lock('c', { signal: controller.signal })
      controller.abort()
      await expect(waiting).rejects.toSatisfy((error) => isEngineError(error, 'aborted'))
    })

    it('takes any name for a lock', async () => {
      for (const name of ['a/../../b', 'ü ~', '.']) {
        const lock = await state.lock(name)
        expect(state.isLocked(name)).toBe(true)
        await lock[Symbol.asyncDispose]()
        expect(state.isLocked(name)).toBe(false)
      }
    })
  })
}
