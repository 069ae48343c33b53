import { DatabaseSync } from 'node:sqlite'
import {
  EngineError,
  type Entity,
  type EntityStore,
  type EntityStores,
  type Lock,
  type StateStore
} from '@runcible/interface'
import { createLinux } from '@runcible/linux'

const kinds = ['containers', 'execs', 'images', 'imageNames', 'networks', 'volumes', 'addresses', 'ports'] as const

const keyOf = (kind: string, entity: Entity): string | null =>
  kind === 'networks' ? (entity as unknown as { record: { id: string } }).record.id : null

const tableOf = (database: DatabaseSync, kind: string): EntityStore<Entity> => {
  database.exec(`create table if not exists ${kind} (id text primary key, secondary text unique, value text not null)`)
  const all = (where: string, ...values: (string | number)[]): Entity[] =>
    database
      .prepare(`select value from ${kind} ${where}`)
      .all(...values)
      .map((row) => JSON.parse(String(row['value'])) as Entity)
  const get = (id: string) => all('where id = ?', id)[0]
  return {
    get,
    find: (key) => all('where secondary = ?', key)[0],
    withPrefix: (prefix, limit) => all('where substr(id, 1, ?) = ? limit ?', prefix.length, prefix, limit),
    list: () => all('order by rowid'),
    insert: (entity) => {
      try {
        database
          .prepare(`insert into ${kind} values (?, ?, ?)`)
          .run(entity.id, keyOf(kind, entity), JSON.stringify(entity))
      } catch (cause) {
        throw new EngineError('already-exists', `${entity.id} already exists`, { cause })
      }
    },
    update: (id, change) => {
      const current = get(id)
      if (current === undefined) throw new EngineError('not-found', `no ${id}`)
      const next = change(current)
      database
        .prepare(`update ${kind} set secondary = ?, value = ? where id = ?`)
        .run(keyOf(kind, next), JSON.stringify(next), id)
      return next
    },
    delete: (id) => database.prepare(`delete from ${kind} where id = ?`).run(id).changes > 0
  }
}

/** A state store in a file, for tests with several processes. */
export const fileState = (path: string): StateStore => {
  const database = new DatabaseSync(path)
  database.exec('pragma journal_mode = wal; pragma busy_timeout = 10000')
  const stores = Object.fromEntries(kinds.map((kind) => [kind, tableOf(database, kind)])) as unknown as EntityStores
  const linux = createLinux()
  return {
    ...stores,
    transaction: (change) => {
      database.exec('begin immediate')
      try {
        const result = change(stores)
        database.exec('commit')
        return result
      } catch (error) {
        database.exec('rollback')
        throw error
      }
    },
    lock: async (name, options): Promise<Lock> => {
      const file = `${path}.${name}.lock`
      if (options?.signal?.aborted === true) throw new EngineError('aborted', `stopped waiting for the lock ${name}`)
      return linux.lock.lock(file)
    },
    isLocked: () => false,
    close: () => database.close()
  }
}
