import type { BlobProgress, MessageProgress } from '@runcible/interface'
import { escapeControls } from '../format/escape.ts'
import type { OutputStream } from '../stdio.ts'
import { progressBars } from './bars.ts'

/** Shows the blobs of a pull or push. */
export interface TransferView {
  readonly onProgress: (event: BlobProgress | MessageProgress) => void
  /** No more events; puts the cursor below what was shown. */
  finish(): void
}

/** Bars on a terminal, one line for each finished blob elsewhere. */
export function transferView(stream: OutputStream, verb: string): TransferView {
  return stream.isTTY === true ? progressBars(stream, verb) : plainLines(stream, verb)
}

function plainLines(stream: OutputStream, verb: string): TransferView {
  const told = new Set<string>()
  return {
    onProgress: event => {
      if (event.type === 'message') stream.write(`${escapeControls(event.text)}\n`)
      else if (isFinal(event) && !told.has(event.digest)) {
        told.add(event.digest)
        stream.write(`${verb} ${kindName(event)} ${event.digest} ${outcome(event)}\n`)
      }
    },
    finish() {}
  }
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
