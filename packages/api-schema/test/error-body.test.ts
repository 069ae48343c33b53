import { EngineError } from '@runcible/interface'
import { expect, test } from 'vitest'
import { dockerErrorBody, libpodErrorBody, statusOf } from '../src/index.ts'

test('the cause is the innermost engine error', () => {
  const root = new EngineError('unavailable', 'no such file', { cause: new TypeError('secret') })
  const error = new EngineError('not-found', 'no container', {
    hint: 'list them',
    cause: new EngineError('internal', 'x', { cause: root })
  })
  expect(libpodErrorBody(error)).toEqual({ cause: 'no such file', message: 'no container; list them', response: 404 })
  expect(dockerErrorBody(error)).toEqual({ message: 'no container; list them' })
})

test('without a cause the error is its own', () => {
  expect(libpodErrorBody(new EngineError('in-use', 'busy'))).toEqual({ cause: 'busy', message: 'busy', response: 409 })
  expect(statusOf('unsupported')).toBe(501)
})
