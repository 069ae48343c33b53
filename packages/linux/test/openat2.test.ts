import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLinux, SyscallError } from '../src/index.ts'
import type { Libc } from '../src/libc.ts'
import { confinedCalls } from '../src/openat2.ts'
import { temporaryDirectory } from './temporary.ts'

const { fs } = createLinux()
const directory = temporaryDirectory()
const read = (fd: number): string => {
  const text = readFileSync(fd, 'utf8')
  fs.close(fd)
  return text
}

test('absolute links and dots stay inside the root', () => {
  mkdirSync(join(directory.path, 'etc'))
  writeFileSync(join(directory.path, 'etc/passwd'), 'inside')
  symlinkSync('/etc/passwd', join(directory.path, 'link'))
  expect(read(fs.openInRoot(directory.fd, 'link'))).toBe('inside')
  expect(read(fs.openInRoot(directory.fd, '/../../etc/passwd'))).toBe('inside')
  expect(read(fs.openInRoot(directory.fd, Buffer.from('etc/../../etc/passwd')))).toBe('inside')
})

test('leaving the directory fails beneath it', () => {
  symlinkSync('/etc/hostname', join(directory.path, 'out'))
  expect(() => fs.openInRoot(directory.fd, 'out', { resolve: ['beneath'] })).toThrow('EXDEV')
  expect(() => fs.openInRoot(directory.fd, '../x', { resolve: ['beneath'] })).toThrow('EXDEV')
  expect(() => fs.openInRoot(directory.fd, 'out', { resolve: ['in-root', 'no-symlinks'] })).toThrow('ELOOP')
})

test('magic links are refused', () => {
  const proc = fs.openAt(fs.cwd, '/proc', ['path', 'directory'])
  expect(() => fs.openInRoot(proc, `${process.pid}/root`, { flags: ['path'] })).toThrow('ELOOP')
  fs.close(proc)
})

test('a file is created with its mode', () => {
  fs.close(fs.openInRoot(directory.fd, '/../new', { flags: ['write', 'create', 'exclusive'], mode: 0o600 }))
  expect(fs.statAt(directory.fd, 'new').mode).toBe(0o600)
})

test('a walk that renames and mounts elsewhere keep disturbing is tried for longer than a time slice', () => {
  let attempts = 0
  const invoke = (): number => {
    if (++attempts <= 200) throw new SyscallError({ number: 11, syscall: 'openat2' })
    return 42
  }
  expect(confinedCalls({ invoke } as unknown as Libc).openInRoot(3, '../x')).toBe(42)
  expect(attempts).toBe(201)
})
