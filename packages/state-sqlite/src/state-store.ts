import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type {
  ContainerRecord,
  Entity,
  EntityStore,
  EntityStores,
  EventBus,
  Factory,
  ManifestListRecord,
  StateStore,
  StoredNetwork
} from '@runcible/interface'
import { createLinux, type Linux } from '@runcible/linux'
import { openDatabase, withDatabaseErrors } from './database.ts'
import { atomically, entityStore, type EntityTable } from './entity-store.ts'
import { eventLog } from './event-log.ts'
import { fileLocks } from './lock.ts'

export interface SqliteStateInit {
  /** Folder of `state.db`, made with mode 0700 when missing; survives a reboot. */
  readonly root: string
  /** Folder of the lock files, made when missing; should be on a tmpfs. */
  readonly lockDirectory: string
  /** By default the real kernel. */
  readonly linux?: Pick<Linux, 'lock'>
}

/** Two components of one database: an event and the change it tells of are committed together. */
export interface SqliteState {
  readonly state: StateStore
  readonly events: EventBus
}

/** Opens the state of one root: records, locks and events. It is open until `state.close()`. */
export const sqliteState =
  ({ root, lockDirectory, linux = createLinux() }: SqliteStateInit): Factory<never, SqliteState> =>
  () => {
    const path = join(root, 'state.db')
    const database = openDatabase(path)
    const stores = entityStores(database, path)
    const locks = fileLocks(lockDirectory, linux)

    const state: StateStore = {
      ...stores,
      transaction: (change) => withDatabaseErrors(path, () => atomically(database, () => change(stores))),
      lock: (name, options) => locks.acquire(name, options),
      isLocked: (name) => locks.isHeld(name),
      close: () => {
        if (database.isOpen) database.close()
      }
    }
    return { state, events: eventLog(database, path) }
  }

function entityStores(database: DatabaseSync, path: string): EntityStores {
  const store = <T extends Entity>(table: EntityTable<T>) => translated(entityStore(database, table), path)
  return {
    containers: store<ContainerRecord>({
      table: 'containers',
      kind: 'container',
      keyOf: (container) => container.name
    }),
    images: store({ table: 'images', kind: 'image' }),
    imageNames: store({ table: 'image_names', kind: 'image' }),
    manifestLists: store<ManifestListRecord>({ table: 'manifest_lists', kind: 'image', keyOf: (list) => list.name }),
    artifacts: store({ table: 'artifacts', kind: 'image' }),
    networks: store<StoredNetwork>({
      table: 'networks',
      kind: 'network',
      keyOf: (network) => network.record.id,
      nameOf: (network) => network.id
    }),
    volumes: store({ table: 'volumes', kind: 'volume' }),
    addresses: store({ table: 'addresses', kind: 'network' }),
    ports: store({ table: 'ports', kind: 'network' })
  }
}

/** The store with SQLite's errors in the engine's codes. */
function translated<T extends Entity>(store: EntityStore<T>, path: string): EntityStore<T> {
  return {
    get: (id) => withDatabaseErrors(path, () => store.get(id)),
    find: (key) => withDatabaseErrors(path, () => store.find(key)),
    withPrefix: (prefix, limit) => withDatabaseErrors(path, () => store.withPrefix(prefix, limit)),
    list: () => withDatabaseErrors(path, () => store.list()),
    insert: (entity) => withDatabaseErrors(path, () => store.insert(entity)),
    update: (id, change) => withDatabaseErrors(path, () => store.update(id, change)),
    delete: (id) => withDatabaseErrors(path, () => store.delete(id))
  }
}
