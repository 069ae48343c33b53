import type { OperationProgress, StepProgress } from '@runcible/interface'
import type { OutputStream } from '../stdio.ts'

/** Collects the finished steps of an operation, and prints them as a table. */
export interface Timings {
  readonly onProgress: (event: OperationProgress) => void
  print(): void
}

export function timings(stream: OutputStream, now: () => number = () => performance.now()): Timings {
  const began = now()
  const steps: StepProgress[] = []
  return {
    onProgress: (event) => {
      if (event.type === 'step') steps.push(event)
    },
    print() {
      const rows = steps.map((step) => line(step.step, step.duration))
      stream.write([...rows, line('total', now() - began), ''].join('\n'))
    }
  }
}

function line(name: string, milliseconds: number): string {
  return `${name.padEnd(18)}${milliseconds.toFixed(1).padStart(9)} ms`
}
