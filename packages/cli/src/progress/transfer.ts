import { escapeControls } from '../format/escape.ts'
import type { OutputStream } from '../stdio.ts'
import { progressBars } from './bars.ts'
import { isFinal, kindName, outcome, type TransferView } from './blob-words.ts'

export type { TransferView } from './blob-words.ts'

/** Bars on a terminal, one line for each finished blob elsewhere. */
export function transferView(stream: OutputStream, verb: string): TransferView {
  return stream.isTTY === true ? progressBars(stream, verb) : plainLines(stream, verb)
}

function plainLines(stream: OutputStream, verb: string): TransferView {
  const told = new Set<string>()
  return {
    onProgress: (event) => {
      if (event.type === 'message') stream.write(`${escapeControls(event.text)}\n`)
      else if (isFinal(event) && !told.has(event.digest)) {
        told.add(event.digest)
        stream.write(`${verb} ${kindName(event)} ${event.digest} ${outcome(event)}\n`)
      }
    },
    finish() {}
  }
}
