import { describe, expect, it } from 'vitest'
import { parseSignal } from '../../src/parse/signal.ts'

describe('parseSignal', () => {
  it('knows names and numbers', () => {
    for (const text of ['KILL', 'SIGKILL', 'sigkill', 'kill', '9'])
      expect(parseSignal(text, '--signal')).toBe('SIGKILL')
    expect(parseSignal('RTMIN+3', '--signal')).toBe('SIGRTMIN+3')
    expect(parseSignal('37', '--signal')).toBe('SIGRTMIN+3')
    for (const text of ['FOO', '', '0', '99', 'constructor'])
      expect(() => parseSignal(text, '--signal')).toThrow('not a signal')
  })
})
