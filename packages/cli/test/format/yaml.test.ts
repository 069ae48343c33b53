import { describe, expect, it } from 'vitest'
import { toYaml } from '../../src/format/yaml.ts'

describe('toYaml', () => {
  it('writes plain data', () => {
    expect(
      toYaml({
        a: { b: 'text', c: [1, 2], e: [], m: {} },
        list: [{ x: 1, y: 'z' }],
        no: 'no',
        colon: 'a: b',
        digits: '12',
        empty: '',
        nothing: null,
        yes: true
      })
    ).toBe(
      [
        'a:',
        '  b: text',
        '  c:',
        '  - 1',
        '  - 2',
        '  e: []',
        '  m: {}',
        'list:',
        '- x: 1',
        '  y: z',
        'no: "no"',
        'colon: "a: b"',
        'digits: "12"',
        'empty: ""',
        'nothing: null',
        'yes: true',
        ''
      ].join('\n')
    )
  })
})
