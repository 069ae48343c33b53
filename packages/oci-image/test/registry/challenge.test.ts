import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseChallenges } from '../../src/registry/challenge.ts'

const plain = (header: string | readonly string[] | undefined) =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)])

test.each([
  [undefined, []],
  ['', []],
  ['Basic', [['basic', {}]]],
  ['Basic realm="a, b"', [['basic', { realm: 'a, b' }]]],
  [
    'Bearer realm="https://auth.example/token",service="reg",scope="repository:a/b:pull,push"',
    [['bearer', { realm: 'https://auth.example/token', service: 'reg', scope: 'repository:a/b:pull,push' }]]
  ],
  ['BEARER Realm = "x" , Service = y', [['bearer', { realm: 'x', service: 'y' }]]],
  ['Bearer realm="a\\"b\\\\c"', [['bearer', { realm: 'a"b\\c' }]]],
  [
    'Negotiate, Basic realm="x"',
    [
      ['negotiate', {}],
      ['basic', { realm: 'x' }]
    ]
  ],
  [
    'Basic realm="x", Bearer realm="y",scope="z"',
    [
      ['basic', { realm: 'x' }],
      ['bearer', { realm: 'y', scope: 'z' }]
    ]
  ],
  [
    ['Basic realm="x"', 'Bearer realm="y"'],
    [
      ['basic', { realm: 'x' }],
      ['bearer', { realm: 'y' }]
    ]
  ],
  ['Bearer realm="open', [['bearer', {}]]],
  ['realm="x"', []],
  ['Bearer realm="x",realm="y"', [['bearer', { realm: 'x' }]]],
  ['Bearer __proto__="x"', [['bearer', Object.fromEntries([['__proto__', 'x']])]]]
])('%j', (header, expected) => {
  expect(plain(header)).toEqual(expected)
})

const token = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,12}$/).map((text) => text.toLowerCase())
const challenge = fc.record({
  scheme: token,
  parameters: fc.dictionary(token, fc.string({ unit: 'binary-ascii', maxLength: 30 }), { maxKeys: 4 })
})

test('reads back whatever was written', () => {
  fc.assert(
    fc.property(fc.array(challenge, { maxLength: 4 }), (challenges) => {
      const quote = (text: string) => `"${text.replaceAll(/["\\]/g, '\\$&')}"`
      const header = challenges
        .map(
          ({ scheme, parameters }) =>
            `${scheme} ${Object.entries(parameters)
              .map(([name, value]) => `${name}=${quote(value)}`)
              .join(', ')}`
        )
        .join(', ')
      expect(plain(header)).toEqual(challenges.map(({ scheme, parameters }) => [scheme, { ...parameters }]))
    })
  )
})

test('never throws and stays linear', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => Array.isArray(parseChallenges(text))))
  for (const worst of ['"', '\\', ',', '=', 'a', ' ', 'a=', 'a="']) {
    // Anything worse than linear would run into the time limit of the test.
    for (let round = 0; round < 20; round++) parseChallenges(`Bearer realm="${worst.repeat(65_536)}`)
    expect(parseChallenges(worst.repeat(65_536)).length).toBeLessThan(65_536)
  }
})
