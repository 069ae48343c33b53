import {
  isEngineError,
  type ContainerRecord,
  type ContainerSummary,
  type ListContainersRequest
} from '@runcible/interface'
import { containerLock } from '../lock-names.ts'
import { withContainer } from '../with-container.ts'
import { containerFilter } from './filters.ts'
import { isUp } from './is-up.ts'
import type { ReconcileParts } from './reconcile.ts'

/** Containers, newest first. One query; a container is only looked at more closely when its process is gone. */
export async function listContainers(
  parts: ReconcileParts,
  request: ListContainersRequest = {}
): Promise<readonly ContainerSummary[]> {
  const { all = false, last, filters = {} } = request
  const passes = containerFilter(filters, parts.state)
  const records = await truthful(parts, parts.state.containers.list())
  const showsAll = all || last !== undefined || 'status' in filters || 'exited' in filters
  const shown = records.filter((record) => (showsAll || isUp(record)) && passes(record)).toReversed()
  return (last === undefined ? shown : shown.slice(0, last)).map(summary)
}

export function summary(record: ContainerRecord): ContainerSummary {
  const { network } = record.config
  return { ...record, networks: network.mode === 'bridge' ? network.endpoints.map((endpoint) => endpoint.network) : [] }
}

/** The records with those brought up to date that cannot be as they say and that nobody is at work on. */
async function truthful(
  parts: ReconcileParts,
  records: readonly ContainerRecord[]
): Promise<readonly ContainerRecord[]> {
  const { bootId } = parts.settings.host()
  const current = await Promise.all(
    records.map(async (record) => {
      if (!isDoubtful(record, bootId)) return record
      if (parts.state.isLocked(containerLock(record.id))) return record.status === 'removing' ? undefined : record
      return refreshed(parts, record)
    })
  )
  return current.filter((record) => record !== undefined)
}

function isDoubtful(record: ContainerRecord, bootId: string): boolean {
  if (record.status === 'created' || record.status === 'exited') return false
  return !isUp(record) || record.bootId !== bootId || !processExists(record.pid)
}

function processExists(pid: number): boolean {
  try {
    // A process that had ended when its start was recorded has no id.
    return pid > 0 && process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

async function refreshed(parts: ReconcileParts, record: ContainerRecord): Promise<ContainerRecord | undefined> {
  try {
    return await withContainer(parts, record.id, {}, (container) => container)
  } catch (error) {
    if (isEngineError(error, 'not-found')) return undefined
    // One container that cannot be cleaned up at the moment does not keep the others from being listed.
    return parts.state.containers.get(record.id)
  }
}
