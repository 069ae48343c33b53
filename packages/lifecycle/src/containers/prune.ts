import { isEngineError, type CallOptions } from '@runcible/interface'
import { checkFilters, containerFilter, type Filters } from './filters.ts'
import { listContainers } from './list.ts'
import { removeContainer } from './remove.ts'
import type { ReconcileParts } from './reconcile.ts'

/** Removes every container that does not run. Returns their ids. */
export async function pruneContainers(
  parts: ReconcileParts,
  options: CallOptions & { readonly filters?: Filters } = {}
): Promise<readonly string[]> {
  const filters = options.filters ?? {}
  checkFilters(filters, ['label', 'label!', 'until'])
  const passes = containerFilter(filters, parts.state)
  const candidates = (await listContainers(parts, { all: true })).filter(
    ({ status }) => status === 'created' || status === 'exited'
  )
  const removed: string[] = []
  for (const { id } of candidates.filter(passes)) {
    try {
      removed.push(await removeContainer(parts, id, options))
    } catch (error) {
      // Started or removed by somebody else in the meantime.
      if (!isEngineError(error, 'not-found') && !isEngineError(error, 'failed-precondition')) throw error
    }
  }
  await parts.snapshotter.cleanTrash?.()
  return removed
}
