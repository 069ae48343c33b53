/**
 * A table per kind of record: `seq` is the order of insertion, `id` the primary and `key` the secondary key (a name),
 * `data` the record as JSON. Events are rows of their own.
 */
const entityTables = ['containers', 'images', 'image_names', 'networks', 'volumes', 'addresses', 'ports']

export const initial = [
  ...entityTables.map(
    (table) =>
      `CREATE TABLE ${table} (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, key TEXT UNIQUE, data TEXT NOT NULL)`
  ),
  `CREATE TABLE events (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    time INTEGER NOT NULL,
    type TEXT NOT NULL,
    action TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    attributes TEXT NOT NULL
  )`,
  'CREATE INDEX events_by_time ON events (time)'
].join(';\n')
