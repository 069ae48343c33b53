import { describe, expect, it } from 'vitest'
import { ago, humanDuration, humanSize } from '../../src/format/human.ts'

describe('humanDuration', () => {
  it.each([
    [0, 'Less than a second'],
    [999, 'Less than a second'],
    [1000, '1 second'],
    [59_999, '59 seconds'],
    [60_000, 'About a minute'],
    [120_000, '2 minutes'],
    [3_599_000, '59 minutes'],
    [3_600_000, 'About an hour'],
    [2 * 3.6e6, '2 hours'],
    [47 * 3.6e6, '47 hours'],
    [48 * 3.6e6, '2 days'],
    [13 * 8.64e7, '13 days'],
    [14 * 8.64e7, '2 weeks'],
    [60 * 8.64e7, '2 months'],
    [365 * 8.64e7, '12 months'],
    [800 * 8.64e7, '2 years']
  ])('%d ms', (milliseconds, text) => {
    expect(humanDuration(milliseconds)).toBe(text)
  })

  it('never speaks of the future', () => {
    expect(ago(5000, 1000)).toBe('Less than a second ago')
  })
})

describe('humanSize', () => {
  it('keeps few digits', () => {
    expect(humanSize(12)).toBe('12B')
    expect(humanSize(1_998_012, { digits: 3, space: ' ' })).toBe('2 MB')
    expect(humanSize(1_980_012, { digits: 3 })).toBe('1.98MB')
    expect(humanSize(999)).toBe('999B')
    expect(humanSize(1000)).toBe('1kB')
    expect(humanSize(1e21)).toBe('1000EB')
  })
})
