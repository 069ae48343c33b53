import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { barLine } from '../../src/progress/bars.ts'
import { transferView } from '../../src/progress/transfer.ts'
import { digest } from '../support/values.ts'

const blob = {
  type: 'blob',
  digest: digest('1'),
  kind: 'layer',
  phase: 'downloading',
  current: 50,
  total: 100
} as const

describe('barLine', () => {
  it('fits the width, whatever it is', () => {
    expect(barLine(blob, 'Copying', 60)).toBe('Copying blob 111111111111 [===========----------] 50B / 100B')
    for (let width = 1; width < 120; width++) expect(barLine(blob, 'Copying', width).length).toBeLessThanOrEqual(width)
    expect(barLine({ ...blob, phase: 'done' }, 'Copying', 60)).toBe('Copying blob 111111111111 done')
    expect(barLine({ ...blob, current: 200 }, 'Copying', 60)).not.toContain('-]')
    expect(barLine({ ...blob, phase: 'unpacking' }, 'Copying', 60)).toMatch(/\] unpacking$/)
  })
})

describe('transferView', () => {
  it('paints in place on a terminal, and escapes messages', () => {
    const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, columns: 60 })
    const view = transferView(stream, 'Copying')
    view.onProgress({ type: 'message', text: 'Trying \x1b[2J' })
    view.onProgress(blob)
    view.onProgress({ ...blob, phase: 'done' })
    view.finish()
    expect(stream.read()).toBe('\x1b[JTrying \\x1b[2J\n\x1b[2KCopying blob 111111111111 done\n')
  })
})
