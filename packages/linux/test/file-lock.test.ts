import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLinux } from '../src/index.ts'
import { temporaryDirectory } from './temporary.ts'

const { lock } = createLinux()
const directory = temporaryDirectory()
const lockPath = () => join(directory.path, 'lock')

const holder = async (path: string) => {
  const child = spawn(process.execPath, ['--no-warnings', join(import.meta.dirname, 'fixtures/hold-lock.ts'), path])
  await once(child.stdout, 'data')
  return child
}

test('an exclusive lock keeps others out until it is released', () => {
  const first = lock.tryLock(lockPath(), { fileMode: 0o640 })
  expect(statSync(lockPath()).mode & 0o777).toBe(0o640)
  expect(lock.tryLock(lockPath())).toBeUndefined()
  expect(lock.tryLock(lockPath(), { mode: 'shared' })).toBeUndefined()
  first?.release()
  first?.release()
  using second = lock.tryLock(lockPath())
  expect(second).toBeDefined()
})

test('shared locks live together and keep an exclusive one out', () => {
  using one = lock.tryLock(lockPath(), { mode: 'shared' })
  using two = lock.tryLock(lockPath(), { mode: 'shared' })
  expect([one, two]).not.toContain(undefined)
  expect(lock.tryLock(lockPath())).toBeUndefined()
})

test('a lock of another process is waited for, and a killed holder does not block', async () => {
  const child = await holder(lockPath())
  expect(lock.tryLock(lockPath())).toBeUndefined()
  const waiting = lock.lock(lockPath())
  child.kill('SIGKILL')
  await using held = await waiting
  expect(held.path).toBe(lockPath())
  expect(lock.tryLock(lockPath())).toBeUndefined()
})

test('waiting can be aborted', async () => {
  using _ = lock.tryLock(lockPath())
  const abort = new AbortController()
  const waiting = lock.lock(lockPath(), { signal: abort.signal })
  abort.abort()
  await expect(waiting).rejects.toThrow(/abort/i)
})

test('waiters go one at a time', async () => {
  let inside = 0
  let most = 0
  const enter = async () => {
    await using _ = await lock.lock(lockPath())
    most = Math.max(most, ++inside)
    await new Promise(setImmediate)
    inside--
  }
  await Promise.all(Array.from({ length: 8 }, enter))
  expect(most).toBe(1)
})

test('a holder may delete its lock file: the next one locks the new file', async () => {
  const first = lock.tryLock(lockPath())
  const waiting = lock.lock(lockPath())
  rmSync(lockPath())
  first?.release()
  using _ = await waiting
  expect(existsSync(lockPath())).toBe(true)
  expect(lock.tryLock(lockPath())).toBeUndefined()
})

test('a lock in a directory that is not there says so', async () => {
  await expect(lock.lock(join(directory.path, 'absent', 'lock'))).rejects.toThrow('ENOENT')
})
