import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { readFileRange } from '../../../src/transport/files/read-file.ts'

const directory = mkdtempSync(join(tmpdir(), 'read-file-'))
const bytes = randomBytes(5_500_000)
writeFileSync(join(directory, 'file'), bytes)
const fd = openSync(join(directory, 'file'), 'r')
afterAll(() => {
  closeSync(fd)
  rmSync(directory, { recursive: true })
})

test('gives a range, and no more than there is', async () => {
  const read = async (start: number, length: number) =>
    Buffer.concat(await Array.fromAsync(readFileRange(fd, start, length)))
  expect(await read(10, 3_000_000)).toEqual(bytes.subarray(10, 3_000_010))
  expect(await read(5_000_000, 9_000_000)).toEqual(bytes.subarray(5_000_000))
  expect(await read(0, 0)).toHaveLength(0)
})

test('uses two buffers when asked to, and leaves the chunk that is out alone', async () => {
  const buffers = new Set<ArrayBufferLike>()
  let position = 7
  for await (const chunk of readFileRange(fd, position, bytes.length, { reuse: true })) {
    buffers.add(chunk.buffer)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(Buffer.compare(chunk, bytes.subarray(position, position + chunk.length))).toBe(0)
    position += chunk.length
  }
  expect(position).toBe(bytes.length)
  expect(buffers.size).toBe(2)
})

test('stops when the signal says so', async () => {
  const controller = new AbortController()
  const chunks = readFileRange(fd, 0, bytes.length, { signal: controller.signal })
  await chunks.next()
  controller.abort()
  await expect(chunks.next()).rejects.toMatchObject({ code: 'aborted' })
})
