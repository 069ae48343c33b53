import { expect, test } from 'vitest'
import { lineJoiner } from '../src/line-joiner.ts'

test('holds partial entries safely while the buffer they came in is used again', () => {
  const joiner = lineJoiner()
  const buffer = Buffer.from('2026-01-02T03:04:05.000000006+00:00 stdout P first')
  expect(joiner.take({ bytes: buffer, cut: false })).toBeUndefined()
  buffer.fill('x')
  const rest = Buffer.from('2026-01-02T03:04:05.000000007+00:00 stdout F second')
  expect(joiner.take({ bytes: rest, cut: false })?.text).toBe('firstsecond')
})
