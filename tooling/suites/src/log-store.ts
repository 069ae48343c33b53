import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { LogLine, LogStore, LogTarget, ReadLogRequest } from '@runcible/interface'

/** What a monitor writes at once: a line, or a part of one. */
export interface WrittenOutput {
  readonly stream?: 'stdout' | 'stderr'
  readonly text: string
  /** The line goes on in the next output of the stream. */
  readonly partial?: boolean
  /** Nanoseconds since the epoch; now unless said. */
  readonly time?: bigint
}

export interface LogStoreSubject extends AsyncDisposable {
  readonly logs: LogStore
  /** Writes as a monitor does. */
  write(target: LogTarget, ...output: readonly WrittenOutput[]): Promise<void>
  /** Begins the log anew, as a monitor does when it has reached its size. */
  rotate(target: LogTarget): Promise<void>
}

const collect = async (lines: AsyncIterable<LogLine>): Promise<LogLine[]> => {
  const all: LogLine[] = []
  for await (const line of lines) all.push(line)
  return all
}

/** What every `LogStore` must do. */
export function describeLogStore(name: string, setup: () => Promise<LogStoreSubject>): void {
  describe(`LogStore: ${name}`, () => {
    let subject: LogStoreSubject
    let target: LogTarget
    beforeEach(async () => {
      subject = await setup()
      target = await subject.logs.target('c1', { driver: 'k8s-file' })
    })
    afterEach(() => subject[Symbol.asyncDispose]())

    const texts = async (request: ReadLogRequest = {}): Promise<string[]> =>
      (await collect(subject.logs.read(target, request))).map((line) => line.text)
    const written = (...lines: readonly string[]) => subject.write(target, ...lines.map((text) => ({ text })))

    it('gives lines back in order, with their stream and time', async () => {
      await subject.write(
        target,
        { text: 'one', time: 1_700_000_000_123_456_789n },
        { stream: 'stderr', text: '', time: 1_700_000_001_000_000_000n }
      )
      expect(await collect(subject.logs.read(target))).toEqual([
        { stream: 'stdout', time: 1_700_000_000_123_456_789n, text: 'one', complete: true },
        { stream: 'stderr', time: 1_700_000_001_000_000_000n, text: '', complete: true }
      ])
    })

    it('has no lines when nothing was written', async () => {
      expect(await texts()).toEqual([])
      expect(await texts({ tail: 3 })).toEqual([])
    })

    it('joins partial lines of interleaved streams, and characters cut in two', async () => {
      const [head, rest] = [Buffer.from('é').toString('latin1')[0] ?? '', Buffer.from('é').toString('latin1')[1] ?? '']
      await subject.write(
        target,
        { text: `a${head}`, partial: true },
        { stream: 'stderr', text: 'err' },
        { text: `${rest}b` }
      )
      expect(await texts()).toEqual(['err', 'aéb'])
    })

    it('gives a last line that is still being written as incomplete', async () => {
      await subject.write(target, { text: 'done' }, { text: 'prompt: ', partial: true })
      const lines = await collect(subject.logs.read(target))
      expect(lines.map(({ text, complete }) => [text, complete])).toEqual([
        ['done', true],
        ['prompt: ', false]
      ])
    })

    it('gives an endless line in pieces', async () => {
      for (let part = 0; part < 40; part++)
        await subject.write(target, { text: `${part % 10}`.repeat(8000), partial: true })
      await subject.write(target, { text: 'end' })
      const lines = await collect(subject.logs.read(target))
      expect(lines.length).toBeGreaterThan(3)
      expect(lines.slice(0, -1).every(({ complete, text }) => !complete && text.length <= 2 * 65_536)).toBe(true)
      expect(lines.at(-1)?.complete).toBe(true)
      expect(lines.map(({ text }) => text).join('')).toHaveLength(320_003)
    })

    it('gives the last lines only, with all of a line that began earlier', async () => {
      await written(...Array.from({ length: 5000 }, (_, index) => `line ${index}`))
      expect(await texts({ tail: 2 })).toEqual(['line 4998', 'line 4999'])
      expect(await texts({ tail: 0 })).toEqual([])
      expect(await texts({ tail: 9999 })).toHaveLength(5000)
      await subject.write(target, { text: 'long ', partial: true }, { stream: 'stderr', text: 'e' }, { text: 'line' })
      expect(await texts({ tail: 1 })).toEqual(['long line'])
      expect(await texts({ tail: 3 })).toEqual(['line 4999', 'e', 'long line'])
    })

    it('keeps to a span of time', async () => {
      const second = 1_000_000_000n
      await subject.write(target, ...[1n, 2n, 3n, 4n].map((time) => ({ text: `${time}`, time: time * second })))
      expect(await texts({ since: 2n * second })).toEqual(['2', '3', '4'])
      expect(await texts({ since: 2n * second, until: 3n * second })).toEqual(['2', '3'])
    })

    it('follows until the container has ended, and misses nothing written before that', async () => {
      await written('before')
      const ended = Promise.withResolvers<void>()
      const followed = texts({ follow: true, ended: ended.promise })
      await new Promise((resolve) => setTimeout(resolve, 30))
      await written('after')
      await new Promise((resolve) => setTimeout(resolve, 30))
      await written('last')
      ended.resolve()
      expect(await followed).toEqual(['before', 'after', 'last'])
    })

    it('follows from the tail, over a rotation', async () => {
      await written('old', 'newest')
      const ended = Promise.withResolvers<void>()
      const seen: string[] = []
      const followed = (async () => {
        for await (const { text } of subject.logs.read(target, { follow: true, tail: 1, ended: ended.promise })) {
          seen.push(text)
          if (text === 'newest') {
            await written('just before')
            await subject.rotate(target)
            await written('behind')
          }
          if (text === 'behind') ended.resolve()
        }
      })()
      await followed
      expect(seen).toEqual(['newest', 'just before', 'behind'])
    })

    it('ends following when the signal fires or the time has come', async () => {
      const controller = new AbortController()
      const followed = texts({ follow: true, signal: controller.signal })
      controller.abort()
      expect(await followed).toEqual([])
      await written('there')
      expect(await texts({ follow: true, until: BigInt(Date.now() + 30) * 1_000_000n })).toEqual(['there'])
    })

    it('says that what goes nowhere cannot be read', async () => {
      const nowhere = await subject.logs.target('c2', { driver: 'none' })
      await expect(collect(subject.logs.read(nowhere))).rejects.toMatchObject({ code: 'unsupported' })
    })

    it('removes a log, and again', async () => {
      await written('x')
      await subject.logs.remove(target)
      await subject.logs.remove(target)
      expect(await texts()).toEqual([])
    })
  })
}
