import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { EngineError, type Entity, type EntityStore, type ErrorSubject } from '@runcible/interface'

export interface EntityTable<T extends Entity> {
  /** Name of the SQL table. */
  readonly table: string
  /** What the records are, for messages. */
  readonly kind: ErrorSubject['kind']
  /** Secondary key of a record; unique when present. */
  readonly keyOf?: (entity: T) => string | undefined
  /** How messages name a record; by default its secondary key or id. */
  readonly nameOf?: (entity: T) => string
}

const uniqueViolation = 2067
const primaryKeyViolation = 1555

/** One kind of record in one table, see migrations/0001-initial.ts. */
export function entityStore<T extends Entity>(database: DatabaseSync, options: EntityTable<T>): EntityStore<T> {
  const { table, kind } = options
  const keyOf = options.keyOf ?? (() => undefined)
  const nameOf = options.nameOf ?? ((entity: T) => keyOf(entity) ?? entity.id)
  const statement = preparedStatements(database)
  const read = (row: Record<string, unknown> | undefined) =>
    row === undefined ? undefined : (JSON.parse(row['data'] as string) as T)

  const taken = (entity: T, cause: unknown) =>
    new EngineError('already-exists', `the ${kind} ${nameOf(entity)} already exists`, {
      subject: { kind, name: nameOf(entity) },
      cause
    })

  const guarded = (entity: T, action: () => unknown) => {
    try {
      action()
    } catch (error) {
      const code = (error as { readonly errcode?: number }).errcode
      throw code === uniqueViolation || code === primaryKeyViolation ? taken(entity, error) : error
    }
  }

  const get = (id: string) => read(statement(`SELECT data FROM ${table} WHERE id = ?`).get(id))

  return {
    get,
    find: (key) => read(statement(`SELECT data FROM ${table} WHERE key = ?`).get(key)),
    withPrefix: (prefix, limit) =>
      statement(`SELECT data FROM ${table} WHERE id >= ? AND id < ? ORDER BY seq LIMIT ?`)
        .all(prefix, `${prefix}\u{10ffff}`, limit)
        .map((row) => read(row)!),
    list: () =>
      statement(`SELECT data FROM ${table} ORDER BY seq`)
        .all()
        .map((row) => read(row)!),
    insert(entity) {
      guarded(entity, () =>
        statement(`INSERT INTO ${table} (id, key, data) VALUES (?, ?, ?)`).run(
          entity.id,
          keyOf(entity) ?? null,
          JSON.stringify(entity)
        )
      )
    },
    update(id, change) {
      return atomically(database, () => {
        const current = get(id)
        if (current === undefined)
          throw new EngineError('not-found', `no such ${kind}: ${id}`, { subject: { kind, name: id } })
        const next = change(current)
        guarded(next, () =>
          statement(`UPDATE ${table} SET key = ?, data = ? WHERE id = ?`).run(
            keyOf(next) ?? null,
            JSON.stringify(next),
            id
          )
        )
        return next
      })
    },
    delete: (id) => statement(`DELETE FROM ${table} WHERE id = ?`).run(id).changes > 0
  }
}

/** Prepares each statement once, at its first use. */
function preparedStatements(database: DatabaseSync): (sql: string) => StatementSync {
  const prepared = new Map<string, StatementSync>()
  return (sql) => {
    let statement = prepared.get(sql)
    if (statement === undefined) prepared.set(sql, (statement = database.prepare(sql)))
    return statement
  }
}

/** Runs `action` in a write transaction, or as part of the one that is open. */
export function atomically<T>(database: DatabaseSync, action: () => T): T {
  if (database.isTransaction) return action()
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = action()
    if (result instanceof Promise) throw new TypeError('a transaction cannot wait: its function returned a promise')
    database.exec('COMMIT')
    return result
  } catch (error) {
    // SQLite rolls back by itself on some errors (disk full); a second ROLLBACK would hide the first error.
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}
