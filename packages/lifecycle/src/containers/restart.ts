import type { CallOptions } from '@runcible/interface'
import { stepRunner } from '../steps.ts'
import { withContainer } from '../with-container.ts'
import { isUp } from './is-up.ts'
import { publishContainer } from './publish.ts'
import { startLocked, type StartParts } from './start.ts'
import { stopRunning } from './stop.ts'

/**
 * Stops a container, if it runs, and starts it again. Under one lock: what follows an exit (an automatic removal, a
 * restart policy) must not come between the two.
 */
export async function restartContainer(
  parts: StartParts,
  name: string,
  options: CallOptions & { readonly timeout?: number } = {}
): Promise<void> {
  await withContainer(parts, name, options, async (record) => {
    const wasUp = isUp(record)
    const atRest = wasUp ? await stopRunning(parts, record, options) : record
    if (wasUp) publishContainer(parts.events, 'stop', atRest)
    const { signal } = options
    await startLocked(parts, { ...atRest, restartCount: 0 }, signal ? { signal } : {}, stepRunner())
  })
}
