import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeSync
} from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createLinux, errorCode } from '../src/index.ts'

const linux = createLinux()
let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'runcible-socket-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

const send = (fd: number, text: string) => writeSync(fd, text)
const openFds = () => readdirSync('/proc/self/fd').length

test('a packet socket gives one data event per packet, and packets written arrive as packets', async () => {
  using listener = linux.socket.listen(join(dir, 'attach'), { type: 'seqpacket' })
  const ours = linux.socket.adopt(linux.socket.connect(listener.path, 'seqpacket'))
  const theirs = await listener.accept()
  const packets: string[] = []
  const { promise: done, resolve } = Promise.withResolvers<void>()
  ours.on('data', (packet: Buffer) => packets.push(packet.toString()) === 3 && resolve())
  for (const text of ['one', 'two', 'three']) send(theirs, text)
  await done
  expect(packets).toEqual(['one', 'two', 'three'])

  ours.write('first')
  ours.write('second')
  await linux.socket.untilReadable(theirs)
  const buffer = Buffer.alloc(64)
  expect(buffer.toString('utf8', 0, readSync(theirs, buffer))).toBe('first')
  expect(buffer.toString('utf8', 0, readSync(theirs, buffer))).toBe('second')
  closeSync(theirs)
  ours.destroy()
  await new Promise((closed) => ours.once('close', closed))
})

test('nothing that was sent before the peer closed is lost', async () => {
  for (let round = 0; round < 20; round++) {
    const [near, far] = linux.socket.pair('seqpacket')
    const socket = linux.socket.adopt(near)
    const packets = Array.from({ length: 50 }, (_, index) => `packet ${index}`)
    for (const packet of packets) send(far, packet)
    closeSync(far)
    expect((await socket.toArray()).map(String)).toEqual(packets)
  }
})

test('a peer that closes with our data unread still delivers its own and ends without an error', async () => {
  const [near, far] = linux.socket.pair('seqpacket')
  send(near, 'never read')
  send(far, 'last words')
  closeSync(far)
  expect((await linux.socket.adopt(near).toArray()).map(String)).toEqual(['last words'])
})

const exchangeGoodbye = async () => {
  const [near, far] = linux.socket.pair('seqpacket')
  const socket = linux.socket.adopt(near)
  socket.resume()
  socket.end('bye')
  await linux.socket.untilReadable(far)
  const buffer = Buffer.alloc(16)
  expect(buffer.toString('utf8', 0, readSync(far, buffer))).toBe('bye')
  await linux.socket.untilReadable(far)
  expect(readSync(far, buffer)).toBe(0)
  closeSync(far)
  await new Promise((closed) => socket.once('close', closed))
}

test('a reader that is slow to begin gets everything, and half-open sockets keep their writing side', async () => {
  const [near, far] = linux.socket.pair('stream')
  const socket = linux.socket.adopt(near, { allowHalfOpen: true })
  const peer = linux.socket.adopt(far)
  const sent = Buffer.alloc(1_000_000, 'x')
  peer.end(sent)
  await new Promise((resolve) => setTimeout(resolve, 20))
  let received = 0
  socket.on('data', (chunk: Buffer) => (received += chunk.length))
  await once(socket, 'end')
  expect(received).toBe(sent.length)
  socket.end('answer')
  expect(String(Buffer.concat(await peer.toArray()))).toBe('answer')
})

test('end tells the peer, and no descriptor stays open after close', async () => {
  const before = openFds()
  for (let round = 0; round < 20; round++) await exchangeGoodbye()
  expect(openFds()).toBeLessThanOrEqual(before)
})

test('paths longer than an address holds can be listened on and connected to', async () => {
  const deep = join(dir, 'd'.repeat(200))
  mkdirSync(deep)
  using listener = linux.socket.listen(join(deep, 'attach'), { type: 'seqpacket', mode: 0o640 })
  expect(statSync(listener.path).mode & 0o777).toBe(0o640)
  const fd = linux.socket.connect(listener.path, 'seqpacket')
  closeSync(await listener.accept())
  closeSync(fd)
  listener.close()
  expect(readdirSync(deep)).toEqual([])
})

test('a descriptor travels with a message', async () => {
  using listener = linux.socket.listen(join(dir, 'console'))
  const client = linux.socket.connect(listener.path, 'stream')
  const server = await listener.accept()
  const file = openSync(join(dir, 'file'), 'w+')
  const waiting = linux.socket.receiveFds(server)
  linux.socket.sendFds(client, [file, client], Buffer.from('/dev/ptmx'))
  const { data, fds } = await waiting
  expect(data.toString()).toBe('/dev/ptmx')
  expect(fds).toHaveLength(2)
  expect(statSync(`/proc/self/fd/${fds[0]}`).ino).toBe(statSync(join(dir, 'file')).ino)
  closeSync(client)
  for (const fd of fds) closeSync(fd)
  expect(await linux.socket.receiveFds(server)).toEqual({ data: Buffer.alloc(0), fds: [] })
  for (const fd of [file, server]) closeSync(fd)
})

test('accept can be aborted', async () => {
  using listener = linux.socket.listen(`@runcible-test-${process.pid}`)
  const abort = new AbortController()
  const accepting = listener.accept({ signal: abort.signal })
  abort.abort(new Error('enough'))
  await expect(accepting).rejects.toThrow('enough')
})

test('connecting to nothing names the call and the path', () => {
  const path = join(dir, 'absent')
  expect(() => linux.socket.connect(path, 'stream')).toThrow(`ENOENT: no such file or directory, connect '${path}'`)
  try {
    linux.socket.sendDatagram(path, Buffer.from('x'))
    expect.unreachable()
  } catch (error) {
    expect(errorCode(error)).toBe('ENOENT')
  }
})
