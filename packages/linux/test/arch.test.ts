import { constants } from 'node:fs'
import { expect, test } from 'vitest'
import { archOf } from '../src/arch/index.ts'

test('flags of this architecture agree with those of Node', () => {
  const { openFlag } = archOf()
  expect(openFlag).toEqual({
    directory: constants.O_DIRECTORY,
    noFollow: constants.O_NOFOLLOW
  })
})

test('both architectures have tables of the same shape, and others are refused', () => {
  expect(Object.keys(archOf('arm64').syscall)).toEqual(Object.keys(archOf('x64').syscall))
  expect(archOf('arm64').epollEvent).toEqual({ size: 16 })
  expect(() => archOf('riscv64')).toThrow('not for riscv64')
})
