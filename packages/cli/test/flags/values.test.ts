import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { flagValues, splitCsv } from '../../src/flags/values.ts'
import type { Flag } from '../../src/flags/flag.ts'

const flags: readonly Flag[] = [
  { name: 'time', short: 't', kind: 'int', help: '' },
  { name: 'cpus', kind: 'float', help: '' },
  { name: 'name', kind: 'string', help: '' },
  { name: 'env', kind: 'list', help: '' },
  { name: 'dns', kind: 'csv', help: '' },
  { name: 'proxy', kind: 'bool', defaultValue: true, help: '' }
]

function values(
  given: Readonly<Record<string, readonly string[]>>,
  booleans: Readonly<Record<string, boolean>> = {}
): ReturnType<typeof flagValues> {
  return flagValues({ flags, booleans: new Map(Object.entries(booleans)), values: new Map(Object.entries(given)) })
}

describe('flagValues', () => {
  it('reads numbers, and refuses what is none', () => {
    expect(values({ time: ['1', '-20'] }).number('time')).toBe(-20)
    expect(values({ cpus: ['1.5'] }).number('cpus')).toBe(1.5)
    for (const text of ['', ' 1', '1.5', '0x10', '1e3', '9007199254740993', 'NaN']) {
      expect(() => values({ time: [text] })).toThrow('for "-t, --time" flag: not a whole number')
    }
    for (const text of ['', 'Infinity', '1,5', '.']) expect(() => values({ cpus: [text] })).toThrow('not a number')
  })

  it('gives the last of a string, all of a list, and splits a csv', () => {
    const given = values({ name: ['a', 'b'], env: ['A=1,2', 'B'], dns: ['1.1.1.1,2.2.2.2', '3.3.3.3'] })
    expect(given.text('name')).toBe('b')
    expect(given.list('env')).toEqual(['A=1,2', 'B'])
    expect(given.list('dns')).toEqual(['1.1.1.1', '2.2.2.2', '3.3.3.3'])
  })

  it('knows defaults, and what was given', () => {
    expect(values({}).bool('proxy')).toBe(true)
    expect(values({}, { proxy: false }).bool('proxy')).toBe(false)
    expect(values({}).has('proxy')).toBe(false)
    expect(values({}).text('name')).toBeUndefined()
    expect(() => values({}).text('nmae')).toThrow(TypeError)
    expect(() => values({}).bool('name')).toThrow(TypeError)
  })
})

describe('splitCsv', () => {
  it('reads back what was quoted', () => {
    const quote = (field: string): string => `"${field.replaceAll('"', '""')}"`
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (fields) => {
        expect(splitCsv(fields.map(quote).join(','))).toEqual(fields)
      })
    )
  })

  it('splits plain text at commas and refuses half a quote', () => {
    expect(splitCsv('a,b,,c')).toEqual(['a', 'b', '', 'c'])
    expect(splitCsv('')).toEqual([])
    expect(splitCsv('type=bind,"source=/a,b",ro')).toEqual(['type=bind', 'source=/a,b', 'ro'])
    expect(() => splitCsv('a"b,c')).toThrow('quotes must enclose a whole field')
  })
})
