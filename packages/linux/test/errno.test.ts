import { constants } from 'node:os'
import { expect, test } from 'vitest'
import { createLinux, errnoName, errnoNumber, errorCode, isSyscallError, SyscallError } from '../src/index.ts'

test('names agree with those of Node', () => {
  const aliases = ['EWOULDBLOCK', 'ENOTSUP']
  for (const [name, number] of Object.entries(constants.errno)) {
    if (aliases.includes(name)) continue
    expect(errnoName(number)).toBe(name)
    expect(errnoNumber(name)).toBe(number)
  }
})

test('numbers without a name stay readable, and unknown names have no number', () => {
  expect(errnoName(4095)).toBe('E4095')
  expect(errnoNumber('EUNHEARD')).toBeUndefined()
  expect(errnoNumber('')).toBeUndefined()
})

test('a failed call tells code, errno, call and path', () => {
  const { fs } = createLinux()
  try {
    fs.openAt(fs.cwd, Buffer.from('/no/such/file'), ['read'])
    expect.unreachable()
  } catch (error) {
    expect(isSyscallError(error)).toBe(true)
    expect(error).toMatchObject({
      message: "ENOENT: no such file or directory, openat '/no/such/file'",
      code: 'ENOENT',
      errno: -2,
      syscall: 'openat',
      path: '/no/such/file'
    })
  }
})

test('consecutive failures each have their own errno', () => {
  const { fs } = createLinux()
  const codeOf = (call: () => unknown) => {
    try {
      call()
    } catch (error) {
      return errorCode(error)
    }
    return undefined
  }
  expect(codeOf(() => fs.close(1_000_000))).toBe('EBADF')
  expect(codeOf(() => fs.mkdirAt(fs.cwd, '/', 0o755))).toBe('EEXIST')
  expect(codeOf(() => fs.readlinkAt(fs.cwd, '/'))).toBe('EINVAL')
})

test('an error without a reason still names what failed', () => {
  expect(new SyscallError({ number: 16, syscall: 'mount', path: '/x' }).message).toBe("EBUSY: failed, mount '/x'")
  expect(isSyscallError(new Error('other'))).toBe(false)
  expect(errorCode('text')).toBeUndefined()
})
