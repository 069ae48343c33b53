import { PassThrough, Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { main } from '../src/main.ts'
import { flushable } from '../src/stdio.ts'

/** Takes its time for every chunk. */
const slow = (taken: string[]): Writable =>
  new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _encoding, callback) {
      setTimeout(() => {
        taken.push(chunk.toString())
        callback()
      }, 20)
    }
  })

it('ends only when a slow reader has everything', async () => {
  const taken: string[] = []
  const stdio = { stdin: new PassThrough(), stdout: slow(taken), stderr: new PassThrough() }
  const engine = () => Promise.reject(new Error('no engine'))
  expect(await main({ argv: ['--version'], version: '1.2.3', stdio, engine })).toBe(0)
  expect(taken.join('')).toBe('runcible version 1.2.3\n')
})

it('waits for nobody who has gone', async () => {
  const { stdio, flushed } = flushable({ stdin: new PassThrough(), stdout: slow([]), stderr: new PassThrough() })
  stdio.stdout.on('error', () => {})
  stdio.stdout.write('x')
  stdio.stdout.write('y')
  stdio.stdout.destroy()
  await flushed()
})

it('opens no stream that was not used', async () => {
  const opened: string[] = []
  const open = (name: string) => (opened.push(name), new PassThrough())
  const { stdio, flushed } = flushable({
    get stdin() {
      return open('stdin')
    },
    get stdout() {
      return open('stdout')
    },
    get stderr() {
      return open('stderr')
    }
  })
  await flushed()
  expect(opened).toEqual([])
  stdio.stderr.write('x')
  expect(opened).toEqual(['stderr'])
})
