import { EngineError, type Mount, type SnapshotInfo, type Snapshotter } from '@runcible/interface'

/** Snapshots as records in memory: the mounts name them and lead nowhere. */
export function fakeSnapshotter(): Snapshotter {
  const snapshots = new Map<string, SnapshotInfo>()
  const mountsOf = (key: string, access: 'rw' | 'ro'): readonly Mount[] => [
    { type: 'bind', source: `/fake-snapshots/${encodeURIComponent(key)}`, options: ['rbind', access] }
  ]
  const need = (key: string): SnapshotInfo => {
    const found = snapshots.get(key)
    if (found === undefined) throw new EngineError('not-found', `no snapshot ${key}`)
    return found
  }
  const add = (key: string, parent: string | undefined, kind: SnapshotInfo['kind']): void => {
    if (snapshots.has(key)) throw new EngineError('already-exists', `snapshot ${key} exists`)
    if (parent !== undefined && need(parent).kind !== 'committed') {
      throw new EngineError('failed-precondition', `snapshot ${parent} is not committed`)
    }
    snapshots.set(key, { key, parent, kind, createdAt: Date.now() })
  }
  return {
    name: 'fake',
    async prepare(key, parent) {
      add(key, parent, 'active')
      return mountsOf(key, 'rw')
    },
    async view(key, parent) {
      add(key, parent, 'view')
      return mountsOf(key, 'ro')
    },
    async commit(name, key) {
      const active = need(key)
      if (active.kind !== 'active') throw new EngineError('failed-precondition', `snapshot ${key} is not active`)
      if (snapshots.has(name)) throw new EngineError('already-exists', `snapshot ${name} exists`)
      snapshots.delete(key)
      snapshots.set(name, { ...active, key: name, kind: 'committed' })
    },
    async mounts(key) {
      const { kind } = need(key)
      if (kind === 'committed') throw new EngineError('failed-precondition', `snapshot ${key} is committed`)
      return mountsOf(key, kind === 'view' ? 'ro' : 'rw')
    },
    async remove(key) {
      if ([...snapshots.values()].some(({ parent }) => parent === key)) {
        throw new EngineError('failed-precondition', `snapshot ${key} has children`)
      }
      snapshots.delete(key)
    },
    stat: async (key) => snapshots.get(key),
    async usage(key) {
      need(key)
      return { size: 0, inodes: 0 }
    },
    async *list() {
      yield* snapshots.values()
    }
  }
}
