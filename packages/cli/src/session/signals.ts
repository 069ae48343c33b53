import { isEngineError } from '@runcible/interface'
import type { Interruption } from '../interruption.ts'

/** Signals that a foreground command hands to its process instead of ending itself. */
export const proxiedSignals: readonly NodeJS.Signals[] = [
  'SIGINT',
  'SIGTERM',
  'SIGHUP',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGCONT',
  'SIGALRM'
]

/** Hands signals over, until disposed. One for a process that has gone is of no use and dropped. */
export function proxySignals(
  interruption: Interruption,
  kill: (signal: NodeJS.Signals) => Promise<void>,
  onError: (error: unknown) => void,
  signals: readonly NodeJS.Signals[] = proxiedSignals
): Disposable {
  return interruption.takeOver(signals, (signal) => {
    kill(signal).catch((error: unknown) => {
      if (!isEngineError(error, 'failed-precondition') && !isEngineError(error, 'not-found')) onError(error)
    })
  })
}
