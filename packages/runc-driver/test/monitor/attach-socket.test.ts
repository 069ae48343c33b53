import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import type { Linux } from '@runcible/linux'
import { connectAttach } from '../../src/monitor/attach-socket.ts'

const STDOUT = 2
const STDERR = 3
const packet = (stream: number, size: number): Buffer => Buffer.alloc(size, stream)

/** An attachment to a socket whose packets the test writes. */
const attached = () => {
  const socket = new PassThrough()
  const linux = { socket: { connect: () => 0, adopt: () => socket } } as unknown as Linux
  const request = { stdout: true, stderr: true }
  const { stdout, stderr } = connectAttach({ linux, path: '', request, resize: async () => {} })
  return { socket, stdout: stdout!, stderr: stderr! }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 20))

it('holds the process back while one of its streams is not read, whoever reads the other', async () => {
  const { socket, stdout, stderr } = attached()
  let seen = 0
  stdout.on('data', (data: Buffer) => (seen += data.length))
  for (let count = 0; count < 100; count++) {
    socket.write(packet(STDERR, 8193))
    socket.write(packet(STDOUT, 2))
  }
  await settled()
  expect(stderr.readableLength).toBeLessThanOrEqual(64 * 1024 + 8192)
  stderr.resume()
  await settled()
  expect(seen).toBe(100)
})

it('is not held back by a stream that nobody wants any more', async () => {
  const { socket, stdout, stderr } = attached()
  let seen = 0
  stdout.on('data', (data: Buffer) => (seen += data.length))
  for (let count = 0; count < 20; count++) socket.write(packet(STDERR, 8193))
  await settled()
  stderr.destroy()
  socket.write(packet(STDOUT, 2))
  await settled()
  expect(seen).toBe(1)
})
