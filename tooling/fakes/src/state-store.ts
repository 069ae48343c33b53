import {
  EngineError,
  type Entity,
  type EntityStore,
  type EntityStores,
  type ErrorSubject,
  type StateStore
} from '@runcible/interface'

interface MemoryStore<T extends Entity> extends EntityStore<T> {
  save(): () => void
}

/** Records of one kind in memory, kept as JSON so that no caller shares a value with the store. */
function memoryStore<T extends Entity>(
  kind: ErrorSubject['kind'],
  keyOf: (entity: T) => string | undefined = () => undefined
): MemoryStore<T> {
  let rows = new Map<string, { readonly key: string | undefined; readonly json: string }>()
  const parse = (json: string) => JSON.parse(json) as T
  const check = (entity: T, self?: string) => {
    const key = keyOf(entity)
    for (const [id, row] of rows) {
      if (id === self) continue
      if (id === entity.id || (key !== undefined && row.key === key)) {
        throw new EngineError('already-exists', `the ${kind} ${key ?? entity.id} already exists`, {
          subject: { kind, name: key ?? entity.id }
        })
      }
    }
  }
  const put = (entity: T) => rows.set(entity.id, { key: keyOf(entity), json: JSON.stringify(entity) })
  const get = (id: string) => {
    const row = rows.get(id)
    return row && parse(row.json)
  }
  const values = () => [...rows.values()].map((row) => parse(row.json))
  return {
    get,
    find: (key) => values().find((entity) => keyOf(entity) === key),
    withPrefix: (prefix, limit) =>
      values()
        .filter((entity) => entity.id.startsWith(prefix))
        .slice(0, limit),
    list: values,
    insert(entity) {
      check(entity)
      put(entity)
    },
    update(id, change) {
      const current = get(id)
      if (current === undefined)
        throw new EngineError('not-found', `no such ${kind}: ${id}`, { subject: { kind, name: id } })
      const next = change(current)
      check(next, id)
      put(next)
      return next
    },
    delete: (id) => rows.delete(id),
    save() {
      const saved = new Map(rows)
      return () => {
        rows = saved
      }
    }
  }
}

function memoryLocks(): Pick<StateStore, 'lock' | 'isLocked'> {
  const queues = new Map<string, Promise<void>>()
  return {
    async lock(name, { signal } = {}) {
      while (queues.has(name)) {
        if (signal?.aborted) throw new EngineError('aborted', `stopped waiting for the lock of ${name}`)
        let stop = () => {}
        const aborted = new Promise<void>((resolve) => {
          stop = resolve
          signal?.addEventListener('abort', stop, { once: true })
        })
        await Promise.race([queues.get(name), aborted])
        signal?.removeEventListener('abort', stop)
      }
      if (signal?.aborted) throw new EngineError('aborted', `stopped waiting for the lock of ${name}`)
      const { promise, resolve } = Promise.withResolvers<void>()
      queues.set(name, promise)
      return {
        path: undefined,
        [Symbol.asyncDispose]: async () => {
          queues.delete(name)
          resolve()
        }
      }
    },
    isLocked: (name) => queues.has(name)
  }
}

/** A `StateStore` in memory: the same promises, without files. */
export function fakeStateStore(): StateStore {
  const stores = {
    containers: memoryStore('container', (entity: { readonly id: string; readonly name: string }) => entity.name),
    images: memoryStore('image'),
    imageNames: memoryStore('image'),
    manifestLists: memoryStore('image', (entity: { readonly id: string; readonly name: string }) => entity.name),
    artifacts: memoryStore('image'),
    networks: memoryStore(
      'network',
      (entity: { readonly id: string; readonly record: { readonly id: string } }) => entity.record.id
    ),
    volumes: memoryStore('volume'),
    addresses: memoryStore('network'),
    ports: memoryStore('network')
  } as unknown as EntityStores & Record<string, MemoryStore<Entity>>
  let depth = 0
  return {
    ...(stores as EntityStores),
    ...memoryLocks(),
    transaction(change) {
      const undo =
        depth === 0 ? Object.values(stores as Record<string, MemoryStore<Entity>>).map((store) => store.save()) : []
      depth++
      try {
        const result = change(stores)
        if (result instanceof Promise) throw new TypeError('a transaction cannot wait: its function returned a promise')
        return result
      } catch (error) {
        for (const restore of undo) restore()
        throw error
      } finally {
        depth--
      }
    },
    close: () => {}
  }
}
