import type { Snapshotter } from '@runcible/interface'
import { describe, expect, test } from 'vitest'

export interface SnapshotterSubject extends AsyncDisposable {
  readonly subject: Snapshotter
}

/** What every snapshotter does with its records; what its mounts show is for the tests of drivers. */
export const describeSnapshotter = (name: string, setup: () => Promise<SnapshotterSubject>): void => {
  describe(`${name} as a Snapshotter`, () => {
    const committed = async (subject: Snapshotter, key: string, parent?: string) => {
      await subject.prepare(`making ${key}`, parent)
      await subject.commit(key, `making ${key}`)
    }

    test('goes from active to committed to parent', async () => {
      await using given = await setup()
      const { subject } = given
      const mounts = await subject.prepare('a', undefined)
      expect(mounts.length).toBeGreaterThan(0)
      expect(await subject.mounts('a')).toEqual(mounts)
      expect(await subject.stat('a')).toMatchObject({ key: 'a', parent: undefined, kind: 'active' })
      await subject.commit('sha256:base', 'a')
      expect(await subject.stat('a')).toBeUndefined()
      expect(await subject.stat('sha256:base')).toMatchObject({ kind: 'committed', parent: undefined })
      await subject.prepare('b', 'sha256:base')
      expect(await subject.stat('b')).toMatchObject({ kind: 'active', parent: 'sha256:base' })
    })

    test('makes views, which are read-only', async () => {
      await using given = await setup()
      await committed(given.subject, 'base')
      const mounts = await given.subject.view('look', 'base')
      expect(mounts.at(-1)?.options).toContain('ro')
      expect(await given.subject.stat('look')).toMatchObject({ kind: 'view' })
      await expect(given.subject.commit('x', 'look')).rejects.toMatchObject({ code: 'failed-precondition' })
    })

    test('refuses a key that is taken and a parent that is absent or active', async () => {
      await using given = await setup()
      const { subject } = given
      await subject.prepare('a', undefined)
      await expect(subject.prepare('a', undefined)).rejects.toMatchObject({ code: 'already-exists' })
      await expect(subject.prepare('b', 'nobody')).rejects.toMatchObject({ code: 'not-found' })
      await expect(subject.prepare('b', 'a')).rejects.toMatchObject({ code: 'failed-precondition' })
      await expect(subject.view('b', 'nobody')).rejects.toMatchObject({ code: 'not-found' })
      await expect(subject.mounts('nobody')).rejects.toMatchObject({ code: 'not-found' })
      await expect(subject.commit('x', 'nobody')).rejects.toMatchObject({ code: 'not-found' })
      expect(await subject.stat('b')).toBeUndefined()
    })

    test('keeps the slower one of two commits of one name', async () => {
      await using given = await setup()
      const { subject } = given
      await subject.prepare('fast', undefined)
      await subject.prepare('slow', undefined)
      await subject.commit('name', 'fast')
      await expect(subject.commit('name', 'slow')).rejects.toMatchObject({ code: 'already-exists' })
      expect(await subject.stat('slow')).toMatchObject({ kind: 'active' })
      await subject.remove('slow')
    })

    test('removes from the top down, and more than once', async () => {
      await using given = await setup()
      const { subject } = given
      await committed(subject, 'base')
      await committed(subject, 'middle', 'base')
      await subject.prepare('top', 'middle')
      await expect(subject.remove('base')).rejects.toMatchObject({ code: 'failed-precondition' })
      await expect(subject.remove('middle')).rejects.toMatchObject({ code: 'failed-precondition' })
      for (const key of ['top', 'middle', 'base', 'base']) await subject.remove(key)
      expect(await Array.fromAsync(subject.list())).toEqual([])
    })

    test('lists all, with usage', async () => {
      await using given = await setup()
      const { subject } = given
      await committed(subject, 'base')
      await subject.prepare('one', 'base')
      await subject.view('two', 'base')
      const keys = (await Array.fromAsync(subject.list())).map(({ key }) => key)
      expect(keys.toSorted()).toEqual(['base', 'one', 'two'])
      for (const key of keys) expect((await subject.usage(key)).size).toBeGreaterThanOrEqual(0)
    })

    test('takes keys of any characters apart', async () => {
      await using given = await setup()
      const keys = ['a/b', 'a%2Fb', '..', '.', 'ä', 'a b']
      for (const key of keys) await given.subject.prepare(key, undefined)
      const listed = (await Array.fromAsync(given.subject.list())).map(({ key }) => key)
      expect(listed.toSorted()).toEqual(keys.toSorted())
    })

    test('replaces the content of a committed snapshot under what stands on it', async () => {
      await using given = await setup()
      const { subject } = given
      if (subject.replace === undefined) return
      await committed(subject, 'base')
      await subject.prepare('top', 'base')
      const mounts = await subject.mounts('top')
      await subject.prepare('anew', undefined)
      await subject.replace('base', 'anew')
      expect(await subject.stat('anew')).toBeUndefined()
      expect(await subject.stat('base')).toMatchObject({ kind: 'committed', parent: undefined })
      expect(await subject.mounts('top')).toEqual(mounts)
      await expect(subject.replace('base', 'nobody')).rejects.toMatchObject({ code: 'not-found' })
      await subject.prepare('elsewhere', 'base')
      await expect(subject.replace('base', 'elsewhere')).rejects.toMatchObject({ code: 'failed-precondition' })
    })
  })
}
