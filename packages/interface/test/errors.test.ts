import { EngineError, isEngineError } from '@runcible/interface'
import { describe, expect, it } from 'vitest'

type Module = typeof import('../src/errors.ts')

/** The same module once more, as a second bundle has it. */
const secondCopy = (): Promise<Module> =>
  import(new URL('../src/errors.ts?copy=2', import.meta.url).href) as Promise<Module>

describe('EngineError', () => {
  it('carries code, subject, hint and cause', () => {
    const cause = new Error('ENOENT')
    const error = new EngineError('not-found', 'no such container: web', {
      subject: { kind: 'container', name: 'web' },
      hint: 'runcible ps -a lists them',
      cause
    })
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'EngineError',
      code: 'not-found',
      message: 'no such container: web',
      hint: 'runcible ps -a lists them'
    })
    expect(error.subject).toEqual({ kind: 'container', name: 'web' })
    expect(error.cause).toBe(cause)
    expect(`${error}`).toBe('EngineError: no such container: web')
  })

  it('has no cause of its own when none is given', () => {
    const error = new EngineError('internal', 'x')
    expect('cause' in error).toBe(false)
    expect(error.subject).toBeUndefined()
    expect(error.hint).toBeUndefined()
  })

  it('does not show its brand to those who look at its fields', () => {
    expect(Object.keys(new EngineError('internal', 'x'))).not.toContain('brand')
  })
})

describe('isEngineError', () => {
  it('looks at the code when one is given', () => {
    const error = new EngineError('in-use', 'x')
    expect(isEngineError(error)).toBe(true)
    expect(isEngineError(error, 'in-use')).toBe(true)
    expect(isEngineError(error, 'not-found')).toBe(false)
  })

  it('knows errors of another copy of the module, which instanceof does not', async () => {
    const copy = await secondCopy()
    expect(copy.EngineError).not.toBe(EngineError)
    const foreign = new copy.EngineError('timeout', 'x')
    expect(foreign instanceof EngineError).toBe(false)
    expect(isEngineError(foreign, 'timeout')).toBe(true)
    expect(copy.isEngineError(new EngineError('aborted', 'x'), 'aborted')).toBe(true)
  })

  it.each([undefined, null, 5, 'EngineError', {}, new Error('x'), { name: 'EngineError', code: 'internal' }])(
    'knows that %j is none',
    (value) => {
      expect(isEngineError(value)).toBe(false)
    }
  )
})
