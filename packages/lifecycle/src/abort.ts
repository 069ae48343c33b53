import { setImmediate as nextTurn } from 'node:timers/promises'
import { EngineError } from '@runcible/interface'

/** Throws `aborted` when the caller's signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined, doing: string): void {
  if (signal?.aborted) throw new EngineError('aborted', `${doing} was interrupted`, { cause: signal.reason })
}

/**
 * For long loops of short steps: lets signals and timers have their turn, then throws `aborted` when the caller's signal
 * has fired.
 */
export async function continueUnlessAborted(signal: AbortSignal | undefined, doing: string): Promise<void> {
  if (signal === undefined) return
  await nextTurn()
  throwIfAborted(signal, doing)
}
