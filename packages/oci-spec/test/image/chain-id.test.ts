import { describe, expect, it } from 'vitest'
import { chainId, chainIds, digestOf, SpecError } from '../../src/index.ts'

describe('chainId', () => {
  const [a, b, c] = [digestOf('a'), digestOf('b'), digestOf('c')]

  it('is the diff id for one layer, and folds the others in from below', () => {
    expect(chainId([a])).toBe(a)
    expect(chainId([a, b])).toBe(digestOf(`${a} ${b}`))
    expect(chainId([a, b, c])).toBe(digestOf(`${digestOf(`${a} ${b}`)} ${c}`))
    expect(chainIds([a, b, c])).toEqual([a, chainId([a, b]), chainId([a, b, c])])
  })

  it('depends on the order', () => {
    expect(chainId([a, b])).not.toBe(chainId([b, a]))
  })

  it('does not exist without layers', () => {
    expect(chainIds([])).toEqual([])
    expect(() => chainId([])).toThrow(SpecError)
  })
})
