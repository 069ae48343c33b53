import type { BlobPhase, BlobProgress } from '@runcible/interface'
import type { Descriptor } from '@runcible/oci-spec'

export interface BlobReporter {
  /** Reports a phase at once. */
  phase(phase: BlobPhase, current?: number): void
  /** Reports a position, at most every 100 ms. */
  bytes(phase: BlobPhase, current: number): void
}

const interval = 100

/** Progress of one blob. `current` never goes back within a phase. */
export function blobReporter(
  descriptor: Pick<Descriptor, 'digest' | 'size'>,
  kind: BlobProgress['kind'],
  onProgress: ((event: BlobProgress) => void) | undefined
): BlobReporter {
  const { digest, size: total } = descriptor
  let last = Number.NEGATIVE_INFINITY
  const send = (phase: BlobPhase, current: number): void => {
    last = performance.now()
    onProgress?.({ type: 'blob', digest, kind, phase, current, total })
  }
  return {
    phase: (phase, current = phase === 'waiting' ? 0 : total) => send(phase, current),
    bytes(phase, current) {
      if (performance.now() - last >= interval) send(phase, current)
    }
  }
}
