import { throwIfAborted } from './abort.ts'
import type { OperationProgress, ProgressOptions, StepName } from '@runcible/interface'

/** Runs a step and reports how long it took. */
export type StepRunner = <T>(step: StepName, work: () => T | Promise<T>) => Promise<T>

/** A runner for one operation; times count from now. */
export function stepRunner(options: ProgressOptions<OperationProgress> = {}): StepRunner {
  const { onProgress, signal } = options
  const began = performance.now()
  return async (step, work) => {
    throwIfAborted(signal, `the step ${step}`)
    const startedAt = performance.now() - began
    try {
      return await work()
    } finally {
      onProgress?.({ type: 'step', step, startedAt, duration: performance.now() - began - startedAt })
    }
  }
}
