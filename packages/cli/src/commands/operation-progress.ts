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
export function operationProgress(flags: FlagValues, { stderr }: Stdio): OperationView {
  const transfer: TransferView | undefined = flags.bool('quiet') ? undefined : transferView(stderr, 'Copying')
  const times = flags.bool('timings') ? timings(stderr) : undefined
  return {
    onProgress: (event) => {
      times?.onProgress(event)
      if (event.type !== 'step') transfer?.onProgress(event)
    },
    finish() {
      transfer?.finish()
      times?.print()
    }
  }
}
