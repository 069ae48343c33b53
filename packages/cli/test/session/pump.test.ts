import { PassThrough, Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { pump } from '../../src/session/pump.ts'

describe('pump', () => {
  it('waits for a slow sink', async () => {
    const taken: Buffer[] = []
    const sink = new Writable({
      highWaterMark: 10,
      write: (chunk: Buffer, _encoding, done) => setImmediate(() => (taken.push(chunk), done()))
    })
    const source = new PassThrough()
    const { done, moved } = pump(source, sink)
    for (let at = 0; at < 100; at++) source.write('x'.repeat(50))
    expect(source.readableFlowing === false || moved() < 100).toBe(true)
    source.end()
    await done
    expect(Buffer.concat(taken)).toHaveLength(5000)
    expect(sink.writableEnded).toBe(false)
  })

  it('drains the source when the sink breaks', async () => {
    const source = new PassThrough()
    const sink = new Writable({
      write: (_chunk, _encoding, done) => done(Object.assign(new Error('gone'), { code: 'EPIPE' }))
    })
    const { done, broken } = pump(source, sink)
    const writing = (async () => {
      for (let at = 0; at < 100; at++)
        if (!source.write('x'.repeat(50_000))) await new Promise((resolve) => source.once('drain', resolve))
      source.end()
    })()
    await Promise.all([writing, done, broken])
    expect(source.readableEnded).toBe(true)
  })

  it('ends with a source that fails', async () => {
    const source = new PassThrough()
    const { done } = pump(source, new PassThrough())
    source.destroy(new Error('lost'))
    await done
    expect(source.destroyed).toBe(true)
  })
})
