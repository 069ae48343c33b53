import { throwIfAborted } from './abort.ts'
import type { OperationProgress, ProgressOptions, StepName } from '@runcible/interface'

/** Runs a step and reports how long it took. */
export type StepRunner = <T>(step: StepName, work: () => T | Promise<T>) => Promise<T>

/** Milliseconds. `performance` would take longer to load than some steps take. */
const clock = (): number => process.uptime() * 1000

/** A runner for one operation; times count from now. */
export function stepRunner(options: ProgressOptions<OperationProgress> = {}): StepRunner {
  const { onProgress, signal } = options
  const began = clock()
  return async (step, work) => {
    throwIfAborted(signal, `the step ${step}`)
    const startedAt = clock() - began
    try {
      return await work()
    } finally {
      onProgress?.({ type: 'step', step, startedAt, duration: clock() - began - startedAt })
    }
  }
}
