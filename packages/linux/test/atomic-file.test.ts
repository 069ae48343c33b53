import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLinux } from '../src/index.ts'
import { temporaryDirectory } from './temporary.ts'

const { atomicFile } = createLinux()
const directory = temporaryDirectory()

test.each(['write', 'writeSync'] as const)('%s replaces the whole file with the mode asked', async (method) => {
  const path = join(directory.path, 'file')
  await atomicFile[method](path, 'a long first version', { mode: 0o666 })
  expect(statSync(path).mode & 0o777).toBe(0o666)
  const before = statSync(path).ino
  await atomicFile[method](path, Buffer.from('second'), { sync: false })
  expect(readFileSync(path, 'utf8')).toBe('second')
  expect(statSync(path).mode & 0o777).toBe(0o644)
  expect(statSync(path).ino).not.toBe(before)
  expect(readdirSync(directory.path)).toEqual(['file'])
})

test.each(['write', 'writeSync'] as const)('%s leaves nothing behind when it fails', async (method) => {
  mkdirSync(join(directory.path, 'taken', 'inside'), { recursive: true })
  await expect((async () => atomicFile[method](join(directory.path, 'taken'), 'x'))()).rejects.toThrow(
    /EISDIR|ENOTEMPTY/
  )
  expect(readdirSync(directory.path)).toEqual(['taken'])
})

test('writers at the same time leave one whole version', async () => {
  const path = join(directory.path, 'file')
  const versions = Array.from({ length: 20 }, (_, index) => String(index).repeat(1000))
  await Promise.all(versions.map((version) => atomicFile.write(path, version, { sync: false })))
  expect(versions).toContain(readFileSync(path, 'utf8'))
})
