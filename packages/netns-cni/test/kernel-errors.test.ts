import { expect, it } from 'vitest'
import { EngineError } from '@runcible/interface'
import { SyscallError } from '@runcible/linux'
import { asEngineError, withKernelErrors } from '../src/kernel-errors.ts'

it.each([
  [1, 'permission-denied'],
  [95, 'unsupported'],
  [28, 'exhausted'],
  [22, 'unavailable']
])('turns errno %i into %s', (number, code) => {
  const cause = new SyscallError({ number, syscall: 'netlink', reason: 'the kernel says so' })
  expect(asEngineError(cause, 'set up the network')).toMatchObject({
    code,
    cause,
    message: `cannot set up the network: ${cause.message}`
  })
})

it('leaves other errors alone', async () => {
  const error = new EngineError('in-use', 'x')
  await expect(withKernelErrors('y', () => Promise.reject(error))).rejects.toBe(error)
  expect(await withKernelErrors('y', () => 1)).toBe(1)
})
