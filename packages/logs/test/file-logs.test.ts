import { appendFile, mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { LogStore } from '@runcible/interface'
import { fileLogs } from '@runcible/logs'
import { parseEntry } from '../src/k8s-entry.ts'

let root: string
let logs: LogStore
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'logs-'))
  logs = fileLogs({ root })({})
})
afterEach(() => rm(root, { recursive: true }))

const line = (text: string) => `2026-01-02T03:04:05.000000006+00:00 stdout F ${text}\n`

it('is bounded unless told otherwise, in a directory of its own', async () => {
  const target = await logs.target('c1', { driver: 'json-file' })
  expect(target).toEqual({ driver: 'k8s-file', path: join(root, 'c1/ctr.log'), maxSize: 100 * 1024 * 1024 })
  expect((await stat(join(root, 'c1'))).mode & 0o777).toBe(0o700)
  expect(await logs.target('c1', { driver: 'k8s-file', path: join(root, 'x'), maxSize: 0 })).toEqual({
    driver: 'k8s-file',
    path: join(root, 'x')
  })
  await expect(logs.target('c1', { driver: 'k8s-file', path: 'relative' })).rejects.toMatchObject({
    code: 'invalid-argument'
  })
  await expect(logs.target('c1', { driver: 'k8s-file', maxSize: -1 })).rejects.toMatchObject({
    code: 'invalid-argument'
  })
})

it('reads entries as monitors write them, and passes over what is none', async () => {
  expect(parseEntry(Buffer.from('2026-01-02T03:04:05.1+02:00 stderr P a b'))).toEqual({
    stream: 'stderr',
    time: BigInt(Date.parse('2026-01-02T01:04:05Z')) * 1_000_000n + 100_000_000n,
    partial: true,
    text: Buffer.from('a b')
  })
  expect(parseEntry(Buffer.from('2026-01-02T03:04:05Z stdout F'))?.text).toHaveLength(0)
  for (const text of ['', 'nonsense', '2026-01-02T03:04:05Z stdin F x', '2026-99-02T03:04:05Z stdout F x']) {
    expect(parseEntry(Buffer.from(text))).toBeUndefined()
  }
  const target = await logs.target('c1', { driver: 'k8s-file' })
  await writeFile(
    target.path ?? '',
    `half of a li\n${line('one')}\0\0\0\n${line('two')}2026-01-02T03:04:05.000000006+00:00 stdout F cut o`
  )
  expect((await Array.fromAsync(logs.read(target))).map(({ text }) => text)).toEqual(['one', 'two'])
})

it('goes on at the beginning when the file is cut short', async () => {
  const target = await logs.target('c1', { driver: 'k8s-file' })
  const path = target.path ?? ''
  await writeFile(path, line('a longer one') + line('two'))
  const seen: string[] = []
  const ended = Promise.withResolvers<void>()
  for await (const { text } of logs.read(target, { follow: true, ended: ended.promise })) {
    seen.push(text)
    if (text === 'two') {
      await truncate(path)
      await appendFile(path, line('3'))
    }
    if (text === '3') ended.resolve()
  }
  expect(seen).toEqual(['a longer one', 'two', '3'])
})

it('holds no more than a piece of a line without end', async () => {
  const target = await logs.target('c1', { driver: 'k8s-file' })
  const size = 40 * 1024 * 1024
  await writeFile(target.path ?? '', line('x'.repeat(size)))
  let [longest, total] = [0, 0]
  for await (const { text } of logs.read(target)) {
    longest = Math.max(longest, text.length)
    total += text.length
  }
  expect(total).toBe(size)
  expect(longest).toBeLessThanOrEqual(2 * 65_536)
  expect((await Array.fromAsync(logs.read(target, { tail: 1 }))).at(-1)?.complete).toBe(true)
})
