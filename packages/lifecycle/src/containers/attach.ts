import type { AttachRequest, Attachment, CallOptions, TerminalSize } from '@runcible/interface'
import { withContainer } from '../with-container.ts'
import type { ReconcileParts } from './reconcile.ts'
import { publishContainer } from './publish.ts'
import { requireRunning } from './require-running.ts'

/** Streams to a running container's main process. */
export async function attachContainer(
  parts: ReconcileParts,
  name: string,
  request: AttachRequest & CallOptions
): Promise<Attachment> {
  return withContainer(parts, name, request, async (record) => {
    const task = await requireRunning(parts, record, 'attach to')
    const stdin = (request.stdin ?? false) && record.config.stdin
    const attachment = await task.attach({ ...request, stdin }, request)
    publishContainer(parts.events, 'attach', record)
    return attachment
  })
}

export async function resizeContainer(parts: ReconcileParts, name: string, size: TerminalSize): Promise<void> {
  await withContainer(parts, name, {}, async (record) => {
    await (await requireRunning(parts, record, 'resize the terminal of')).resize(size)
  })
}
