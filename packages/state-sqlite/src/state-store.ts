import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import type { ContainerRecord, EntityStores, EventBus, StateStore, StoredNetwork } from '@runcible/interface'
import type { Linux } from '@runcible/linux'
import { openDatabase, withDatabaseErrors } from './database.ts'
import { atomically, entityStore } from './entity-store.ts'
import { eventLog } from './event-log.ts'
import { fileLocks } from './lock.ts'

export interface SqliteStateInit {
  /** Folder of `state.db`; survives a reboot. */
  readonly root: string
  /** Folder of the lock files; should be on a tmpfs. */
  readonly lockDirectory: string
  readonly linux: Pick<Linux, 'lock'>
}

/** Opens the state of one root: records, locks and events. */
export function sqliteState(init: SqliteStateInit): { readonly state: StateStore; readonly events: EventBus } {
  const path = join(init.root, 'state.db')
  const database = openDatabase(path)
  const stores = entityStores(database)
  const locks = fileLocks(init.lockDirectory, init.linux)

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

function entityStores(database: DatabaseSync): EntityStores {
  return {
    containers: entityStore<ContainerRecord>(database, { table: 'containers', kind: 'container', keyOf: (container) => container.name }),
    execs: entityStore(database, { table: 'execs', kind: 'exec' }),
    images: entityStore(database, { table: 'images', kind: 'image' }),
    imageNames: entityStore(database, { table: 'image_names', kind: 'image' }),
    networks: entityStore<StoredNetwork>(database, {
      table: 'networks',
      kind: 'network',
      keyOf: (network) => network.record.id,
      nameOf: (network) => network.id
    }),
    volumes: entityStore(database, { table: 'volumes', kind: 'volume' }),
    addresses: entityStore(database, { table: 'addresses', kind: 'network' }),
    ports: entityStore(database, { table: 'ports', kind: 'network' })
  }
}
