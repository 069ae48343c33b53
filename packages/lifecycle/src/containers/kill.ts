import type { CallOptions } from '@runcible/interface'
import { withContainer } from '../with-container.ts'
import { publishContainer } from './publish.ts'
import type { ReconcileParts } from './reconcile.ts'
import { requireRunning } from './require-running.ts'

/** Sends a signal to a container's main process. */
export async function killContainer(
  parts: ReconcileParts,
  name: string,
  options: CallOptions & { readonly killSignal?: string } = {}
): Promise<void> {
  await withContainer(parts, name, options, async (record) => {
    const task = await requireRunning(parts, record, 'send a signal to')
    await task.kill(options.killSignal ?? 'SIGKILL')
    publishContainer(parts.events, 'kill', record, { signal: options.killSignal ?? 'SIGKILL' })
  })
}
