import { describe, expect, it } from 'vitest'
import { EngineError } from '@runcible/interface'
import { exitCodeOf } from '../src/exit-code.ts'
import { failureText } from '../src/failure.ts'

const options = { command: 'runcible run', debug: false }

describe('an error during a clean-up', () => {
  const first = new EngineError('command-not-found', 'there is no such command', { hint: 'check it' })
  const twice = new SuppressedError(new Error('third'), new SuppressedError(new Error('second'), first))

  it('does not hide the one that led to it', () => {
    expect(failureText(twice, options)).toBe('Error: there is no such command\nHint: check it\n')
    expect(exitCodeOf(twice)).toBe(127)
  })

  it('is told with the others when debugging', () => {
    const text = failureText(twice, { ...options, debug: true })
    for (const message of ['there is no such command', 'second', 'third']) expect(text).toContain(message)
  })
})
