import { closeSync, writeSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createLinux } from '../src/index.ts'

const linux = createLinux()

test('a pty carries its size to the other end', () => {
  using pty = linux.tty.openPty({ columns: 132, rows: 43 })
  expect(pty.path).toMatch(/^\/dev\/pts\/\d+$/)
  const peer = linux.tty.openPtyPeer(pty.master)
  expect(linux.tty.windowSize(peer)).toEqual({ columns: 132, rows: 43 })
  linux.tty.setWindowSize(pty.master, { columns: 80, rows: 24 })
  expect(linux.tty.windowSize(peer)).toEqual({ columns: 80, rows: 24 })
  closeSync(peer)
})

test('an adopted master ends when the last program leaves the terminal', async () => {
  const pty = linux.tty.openPty()
  const peer = linux.tty.openPtyPeer(pty.master)
  const master = linux.socket.adopt(pty.master)
  writeSync(peer, 'hello\n')
  closeSync(peer)
  expect(Buffer.concat(await master.toArray()).toString()).toBe('hello\r\n')
})

test('what is not a terminal has no size', () => {
  const fd = linux.fs.openAt(linux.fs.cwd, '/dev/null', ['read'])
  expect(() => linux.tty.windowSize(fd)).toThrow('ENOTTY')
  closeSync(fd)
})
