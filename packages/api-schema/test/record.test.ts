import { describe, expect, it } from 'vitest'
import { epochSeconds, rfc3339, sortedRecord, zeroSeconds, zeroTime } from '../src/index.ts'

describe('sortedRecord', () => {
  it('sorts keys, and takes any name for data', () => {
    const record = sortedRecord([
      ['b', 1],
      ['__proto__', 2],
      ['a', 3]
    ])
    expect(Object.keys(record)).toEqual(['__proto__', 'a', 'b'])
    expect(Object.getPrototypeOf(record)).toBeNull()
    expect(JSON.stringify(sortedRecord({ z: '1', y: '2' }))).toBe('{"y":"2","z":"1"}')
  })
})

describe('times', () => {
  it('are Go’s', () => {
    expect(rfc3339(undefined)).toBe(zeroTime)
    expect(rfc3339(Date.UTC(2024, 0, 31, 10, 20, 30))).toBe('2024-01-31T10:20:30Z')
    expect(rfc3339(Date.UTC(2024, 0, 31, 10, 20, 30, 5))).toBe('2024-01-31T10:20:30.005Z')
    expect(Date.parse(zeroTime) / 1000).toBe(zeroSeconds)
    expect(epochSeconds(1999)).toBe(1)
    expect(epochSeconds(undefined)).toBe(zeroSeconds)
  })
})
