import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { randomImage } from '@runcible/fixtures'
import { afterAll, afterEach, expect, test } from 'vitest'
import { copyImage } from '../../../src/copy-image.ts'
import { openSink, openSource } from '../../../src/places.ts'
import { sandbox } from '../../sandbox.ts'

const directory = mkdtempSync(join(tmpdir(), 'docker-api-'))
afterAll(() => rmSync(directory, { recursive: true }))
let undo = new AsyncDisposableStack()
afterEach(async () => {
  await undo.disposeAsync()
  undo = new AsyncDisposableStack()
})
let count = 0

/** A daemon that does as it is told. */
async function daemon(listener: RequestListener): Promise<string> {
  const socket = join(directory, `${count++}.sock`)
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(socket, resolve))
  undo.defer(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `unix://${socket}`
}

/** Copies a new image of a few MiB to a daemon. */
async function copyTo(daemonHost: string, signal?: AbortSignal): Promise<void> {
  const box = undo.use(await sandbox())
  const name = box.registry.put(randomImage({ layers: 2, entries: 4, fileSize: 2 ** 20 }), 'app', 'v1')
  await using source = await openSource(`docker://${name}`, { registries: { insecure: [box.registry.host] } })
  await using sink = await openSink('docker-daemon:app:v1', {
    request: { daemonHost },
    tmp: directory,
    ...(signal && { signal })
  })
  await copyImage(source, sink, {}, signal === undefined ? {} : { signal })
}

test('a refusal before the end of the archive is the error', async () => {
  const host = await daemon((request, answer) => {
    request.once('data', () => {
      answer.writeHead(500, { 'content-type': 'application/json' }).end('{"message":"no space\\nleft"}')
    })
  })
  await expect(copyTo(host)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('answered 500: no space left')
  })
})

test('an error in a report of success is an error', async () => {
  const host = await daemon((request, answer) => {
    request.resume().once('end', () => {
      answer.end('{"stream":"Loading"}\n{"errorDetail":{"message":"x"},"error":"unexpected EOF"}\n')
    })
  })
  await expect(copyTo(host)).rejects.toThrow('did not take the image: unexpected EOF')
})

test('a daemon that hangs up, and one that stops reading, end the copy', async () => {
  const gone = await daemon((request) => void request.once('data', () => request.destroy()))
  await expect(copyTo(gone)).rejects.toMatchObject({ code: 'unavailable' })
  const cancel = new AbortController()
  const stalled = await daemon(() => setTimeout(() => cancel.abort(), 50))
  await expect(copyTo(stalled, cancel.signal)).rejects.toMatchObject({ code: 'aborted' })
})

test('an archive that breaks off, and one that is none, are told', async () => {
  const read = async (host: string) => {
    await using source = await openSource('docker-daemon:app:v1', { request: { daemonHost: host }, tmp: directory })
    await source.manifest()
  }
  const broken = await daemon((_, answer) => {
    answer.writeHead(200, { 'content-length': 4096 }).write(Buffer.alloc(512), () => answer.destroy())
  })
  await expect(read(broken)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('broke') })
  const other = await daemon((_, answer) => answer.end('hello'))
  await expect(read(other)).rejects.toMatchObject({ code: 'corrupt' })
})
