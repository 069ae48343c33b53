import { describe, expect, it } from 'vitest'
import { buildRuntimeSpec, serializeSpec } from '../../src/index.ts'
import { minimalInput } from './input.ts'

describe('serializeSpec', () => {
  it('writes unlimited as exactly 2^64-1, wherever it came from', () => {
    const spec = buildRuntimeSpec({ ...minimalInput, rlimits: [{ type: 'RLIMIT_STACK', soft: 8192, hard: Infinity }] })
    expect(serializeSpec(spec)).toContain('{"type":"RLIMIT_STACK","soft":8192,"hard":18446744073709551615}')
    const { process } = spec
    expect(process && serializeSpec(process)).toContain('"hard":18446744073709551615}')
  })

  it('writes everything else as JSON does', () => {
    const spec = buildRuntimeSpec(minimalInput)
    expect(JSON.parse(serializeSpec(spec))).toEqual(JSON.parse(JSON.stringify(spec)))
  })
})
