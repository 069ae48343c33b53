import type { BlobProgress, MessageProgress } from '@runcible/interface'

/** Shows the blobs of a pull or push. */
export interface TransferView {
  readonly onProgress: (event: BlobProgress | MessageProgress) => void
  /** No more events; puts the cursor below what was shown. */
  finish(): void
}

/** Whether nothing more comes of this blob. */
export function isFinal({ phase }: BlobProgress): boolean {
  return phase === 'done' || phase === 'exists' || phase === 'mounted'
}

export function kindName({ kind }: BlobProgress): string {
  return kind === 'layer' ? 'blob' : kind
}

export function outcome({ phase }: BlobProgress): string {
  if (phase === 'exists') return 'skipped: already exists'
  return phase === 'mounted' ? 'mounted' : 'done'
}
