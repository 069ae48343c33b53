import { EngineError } from '@runcible/interface'

export const abortedError = (step: string): EngineError => new EngineError('aborted', `${step} was interrupted`)

export const throwIfAborted = (signal: AbortSignal | undefined, step: string): void => {
  if (signal?.aborted === true) throw abortedError(step)
}

export const timeoutError = (step: string, milliseconds: number): EngineError =>
  new EngineError('timeout', `${step} did not finish within ${milliseconds / 1000} s`, {
    hint: 'check the load of the machine and the state of its disks, then try again'
  })
