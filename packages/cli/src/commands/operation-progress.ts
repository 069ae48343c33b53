import type { OperationProgress } from '@runcible/interface'
import type { FlagValues } from '../flags/values.ts'
import { timings } from '../progress/timings.ts'
import { type TransferView, transferView } from '../progress/transfer.ts'
import type { Stdio } from '../stdio.ts'

/** What a command shows of an operation while it runs: transfers, and with `--timings` the steps. */
export interface OperationView {
  readonly onProgress: (event: OperationProgress) => void
  finish(): void
}

/** For a command with the flags `--quiet` and `--timings`. Everything goes to the standard error. */
export function operationProgress(flags: FlagValues, stdio: Stdio): OperationView {
  const isQuiet = flags.bool('quiet')
  let transfer: TransferView | undefined
  const times = flags.bool('timings') ? timings(stdio.stderr) : undefined
  return {
    onProgress: (event) => {
      times?.onProgress(event)
      if (event.type === 'step' || isQuiet) return
      // The stream is opened when there is something to show.
      transfer ??= transferView(stdio.stderr, 'Copying')
      transfer.onProgress(event)
    },
    finish() {
      transfer?.finish()
      times?.print()
    }
  }
}
