import type { PullProgress } from '@runcible/interface'
import { transferView } from '../../progress/transfer.ts'
import type { Stdio } from '../../stdio.ts'

/** What a copy shows on the standard error unless it is quiet. */
export interface CopyView {
  readonly onProgress: ((event: PullProgress) => void) | undefined
  finish(): void
}

export function copyView(stdio: Stdio, isQuiet: boolean): CopyView {
  if (isQuiet) return { onProgress: undefined, finish() {} }
  const view = transferView(stdio.stderr, 'Copying')
  return {
    onProgress: (event) => {
      if (event.type !== 'step') view.onProgress(event)
    },
    finish: () => view.finish()
  }
}
