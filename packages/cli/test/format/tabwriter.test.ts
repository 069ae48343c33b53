import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { alignTabs } from '../../src/format/tabwriter.ts'
import { displayWidth } from '../../src/format/width.ts'

describe('alignTabs', () => {
  it('ends a column where a line has no such cell', () => {
    expect(alignTabs('a\tb\nlong long long\tc\n\nx\ty\n')).toBe(
      'a               b\nlong long long  c\n\nx           y\n'
    )
  })

  it('counts what characters take on a terminal', () => {
    expect(alignTabs('漢字漢字漢字漢字\tx\ne\u0301\ty\n')).toBe('漢字漢字漢字漢字  x\ne\u0301                 y\n')
    expect(displayWidth('漢')).toBe(2)
  })

  it('keeps every cell, and starts columns at one place', () => {
    const cell = fc.stringMatching(/^[a-z]{0,20}$/)
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1 }), (rows) => {
        const lines = alignTabs(rows.map((row) => row.join('\t')).join('\n')).split('\n')
        const first = Math.max(10, ...rows.map((row) => row[0].length)) + 2
        const second = first + Math.max(10, ...rows.map((row) => row[1].length)) + 2
        rows.forEach((row, at) => {
          expect(lines[at]!.slice(0, first).trimEnd()).toBe(row[0])
          expect(lines[at]!.slice(first, second).trimEnd()).toBe(row[1])
          expect(lines[at]!.slice(second)).toBe(row[2])
        })
      })
    )
  })
})
