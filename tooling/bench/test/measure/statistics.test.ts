import { describe, expect, it } from 'vitest'
import { compare, quantile, summaryOf } from '../../src/measure/statistics.ts'

describe('quantile', () => {
  it('interpolates between neighbours, whatever their order', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5)
    expect(quantile([10, 20], 0.9)).toBeCloseTo(19)
  })

  it('is the value itself when there is one', () => {
    expect(quantile([7], 0.1)).toBe(7)
  })

  it('is not a number when there is none', () => {
    expect(quantile([], 0.5)).toBeNaN()
  })
})

describe('summaryOf', () => {
  it('gives median, minimum and 90th percentile', () => {
    expect(summaryOf([5, 1, 3])).toEqual({ median: 3, min: 1, p90: 4.6 })
  })
})

describe('compare', () => {
  it('divides medians, and spreads the ratios of the same rounds', () => {
    const { ratio, spread, difference } = compare([1, 2, 30], [2, 4, 10])
    expect(ratio).toBe(0.5)
    expect(spread[0]).toBeCloseTo(0.5)
    expect(spread[1]).toBeCloseTo(2.5)
    expect(difference).toBe(-1)
  })

  it('leaves out rounds that only one of them has', () => {
    expect(compare([1, 1, 1], [2, 2]).spread).toEqual([0.5, 0.5])
  })
})
