import { EngineError, type CallOptions, type ContainerRecord } from '@runcible/interface'
import { withContainer } from '../with-container.ts'
import { publishContainer } from './publish.ts'
import type { ReconcileParts } from './reconcile.ts'

const wrongState = (record: ContainerRecord, wanted: 'running' | 'paused') =>
  new EngineError('failed-precondition', `container ${record.name} is not ${wanted} (${record.status})`, {
    subject: { kind: 'container', name: record.name }
  })

/** Freezes every process of a running container. */
export async function pauseContainer(parts: ReconcileParts, name: string, options: CallOptions = {}): Promise<void> {
  await withContainer(parts, name, options, async (record) => {
    if (record.status !== 'running') throw wrongState(record, 'running')
    await (await parts.runtime.load(record.id)).pause()
    parts.state.containers.update(record.id, (current) => ({ ...current, status: 'paused' }))
    publishContainer(parts.events, 'pause', record)
  })
}

/** Thaws a paused container. */
export async function unpauseContainer(parts: ReconcileParts, name: string, options: CallOptions = {}): Promise<void> {
  await withContainer(parts, name, options, async (record) => {
    if (record.status !== 'paused') throw wrongState(record, 'paused')
    await (await parts.runtime.load(record.id)).resume()
    parts.state.containers.update(record.id, (current) => ({ ...current, status: 'running' }))
    publishContainer(parts.events, 'unpause', record)
  })
}
