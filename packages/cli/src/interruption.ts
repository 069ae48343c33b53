import type { SignalSource } from './stdio.ts'

/** SIGINT, SIGTERM and SIGHUP to this program: by default they end what is under way; a command may take them over. */
export interface Interruption {
  /** Aborted by the first of them, unless taken over. */
  readonly signal: AbortSignal
  /** The signal that ended it. */
  readonly cause: () => NodeJS.Signals | undefined
  /** From now on signals go to `listener`, until disposed. */
  takeOver(signals: readonly NodeJS.Signals[], listener: (signal: NodeJS.Signals) => void): Disposable
  dispose(): void
}

const ending = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export function interruption(source: SignalSource): Interruption {
  const controller = new AbortController()
  let cause: NodeJS.Signals | undefined
  let owners = 0
  const abort = (signal: NodeJS.Signals): void => {
    if (owners > 0) return
    // A second one ends this program the plain way: there is no listener any more.
    for (const name of ending) source.off(name, abort)
    cause = signal
    controller.abort(new Error(`ended by ${signal}`))
  }
  for (const name of ending) source.on(name, abort)
  return {
    signal: controller.signal,
    cause: () => cause,
    takeOver(signals, listener) {
      owners++
      for (const name of signals) source.on(name, listener)
      let active = true
      return {
        [Symbol.dispose]() {
          if (!active) return
          active = false
          owners--
          for (const name of signals) source.off(name, listener)
        }
      }
    },
    dispose() {
      for (const name of ending) source.off(name, abort)
    }
  }
}
