import type { BlobProgress } from '@runcible/interface'
import { escapeControls } from '../format/escape.ts'
import { humanSize } from '../format/human.ts'
import type { OutputStream } from '../stdio.ts'
import { isFinal, kindName, outcome, type TransferView } from './blob-words.ts'

/** Milliseconds between two paintings. */
const interval = 80

/** One line for each blob, repainted in place. */
export function progressBars(stream: OutputStream, verb: string): TransferView {
  const blobs = new Map<string, BlobProgress>()
  let painted = 0
  let timer: NodeJS.Timeout | undefined
  const paint = (): void => {
    timer = undefined
    const width = (stream.columns ?? 80) - 1
    const lines = [...blobs.values()].map((blob) => barLine(blob, verb, width))
    stream.write(`${up(painted)}${lines.map((text) => `\x1b[2K${text}\n`).join('')}`)
    painted = lines.length
  }
  const schedule = (): void => {
    timer ??= setTimeout(paint, interval)
  }
  return {
    onProgress: (event) => {
      if (event.type === 'message') {
        stream.write(`${up(painted)}\x1b[J${escapeControls(event.text)}\n`)
        painted = 0
        if (blobs.size > 0) schedule()
        return
      }
      blobs.set(event.digest, event)
      schedule()
    },
    finish() {
      clearTimeout(timer)
      if (blobs.size > 0) paint()
      blobs.clear()
    }
  }
}

function up(lines: number): string {
  return lines === 0 ? '' : `\x1b[${lines}A`
}

/** One blob in at most `width` columns. */
export function barLine(blob: BlobProgress, verb: string, width: number): string {
  const name = `${verb} ${kindName(blob)} ${blob.digest.slice(7, 19)} `
  if (isFinal(blob)) return `${name}${outcome(blob)}`.slice(0, width)
  const amount =
    blob.total > 0 ? ` ${humanSize(blob.current)} / ${humanSize(blob.total)}` : ` ${humanSize(blob.current)}`
  const phase = blob.phase === 'downloading' || blob.phase === 'uploading' ? amount : ` ${blob.phase}`
  const cells = width - name.length - phase.length - 2
  if (cells < 5) return `${name}${phase.trimStart()}`.slice(0, width)
  const part = blob.total > 0 ? Math.min(1, blob.current / blob.total) : 0
  const full = Math.round(part * cells)
  return `${name}[${'='.repeat(full)}${'-'.repeat(cells - full)}]${phase}`
}
