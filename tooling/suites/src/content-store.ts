import { randomBytes } from 'node:crypto'
import type { ContentStore } from '@runcible/interface'
import { digestOf } from '@runcible/oci-spec'
import { describe, expect, test } from 'vitest'

export interface ContentStoreSubject extends AsyncDisposable {
  readonly subject: ContentStore
}

const collect = async (chunks: AsyncIterable<Uint8Array>): Promise<Buffer> =>
  Buffer.concat(await Array.fromAsync(chunks))

const put = async (store: ContentStore, bytes: Buffer, ref = 'blob') => {
  const ingest = await store.ingest({ ref, digest: digestOf(bytes), size: bytes.length })
  if (ingest === undefined) throw new Error('the blob is there already')
  await using writing = ingest
  await writing.write(bytes)
  return await writing.commit()
}

/** What every content store does. */
export const describeContentStore = (name: string, setup: () => Promise<ContentStoreSubject>): void => {
  describe(`${name} as a ContentStore`, () => {
    test('gives back what was committed, whole and from an offset', async () => {
      await using given = await setup()
      const bytes = randomBytes(300_000)
      const info = await put(given.subject, bytes)
      expect(info).toMatchObject({ digest: digestOf(bytes), size: bytes.length })
      expect(info.createdAt).toBeGreaterThan(Date.now() - 60_000)
      expect(await collect(given.subject.reader(info.digest))).toEqual(bytes)
      expect(await collect(given.subject.reader(info.digest, { offset: 299_990 }))).toEqual(bytes.subarray(299_990))
      expect(await given.subject.info(info.digest)).toMatchObject({ size: bytes.length })
    })

    test('keeps an empty blob', async () => {
      await using given = await setup()
      const { digest } = await put(given.subject, Buffer.alloc(0))
      expect(await collect(given.subject.reader(digest))).toHaveLength(0)
    })

    test('shows nothing before the commit, and lists it after', async () => {
      await using given = await setup()
      const bytes = randomBytes(1000)
      const digest = digestOf(bytes)
      const ingest = await given.subject.ingest({ ref: 'a', digest })
      await ingest?.write(bytes)
      expect(await given.subject.info(digest)).toBeUndefined()
      expect(await Array.fromAsync(given.subject.list())).toEqual([])
      await ingest?.commit()
      await ingest?.[Symbol.asyncDispose]()
      expect((await Array.fromAsync(given.subject.list())).map((blob) => blob.digest)).toEqual([digest])
    })

    test('hashes a blob whose digest is not known before', async () => {
      await using given = await setup()
      await using ingest = await given.subject.ingest({ ref: 'import' })
      await ingest?.write(Buffer.from('hello'))
      expect(await ingest?.commit()).toMatchObject({ digest: digestOf('hello'), size: 5 })
    })

    test('keeps chunks of any size, whose memory the writer uses again', async () => {
      await using given = await setup()
      const bytes = randomBytes(3_000_000)
      await using ingest = await given.subject.ingest({ ref: 'pieces', digest: digestOf(bytes), size: bytes.length })
      const lengths = [1, 1000, 511 * 1024, 4096, 1024 * 1024, 65_536, 600_000]
      const buffer = new Uint8Array(Math.max(...lengths))
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const piece = bytes.subarray(at, at + (lengths[turn % lengths.length] ?? 1))
        buffer.set(piece)
        await ingest?.write(buffer.subarray(0, piece.length))
        buffer.fill(0)
        at += piece.length
      }
      const info = await ingest?.commit()
      expect(info).toMatchObject({ digest: digestOf(bytes), size: bytes.length })
      expect(await collect(given.subject.reader(digestOf(bytes)))).toEqual(bytes)
    })

    test('needs no write for a digest that is there', async () => {
      await using given = await setup()
      const { digest } = await put(given.subject, Buffer.from('here'))
      expect(await given.subject.ingest({ ref: 'again', digest })).toBeUndefined()
    })

    test.for([
      ['a wrong byte', Buffer.from('hellO')],
      ['too few bytes', Buffer.from('hell')]
    ] as const)('refuses %s at the commit and drops it', async ([, bytes]) => {
      await using given = await setup()
      const request = { ref: 'x', digest: digestOf('hello'), size: 5 }
      {
        await using ingest = await given.subject.ingest(request)
        await ingest?.write(bytes)
        await expect(ingest?.commit()).rejects.toMatchObject({ code: 'corrupt' })
      }
      expect(await given.subject.info(request.digest)).toBeUndefined()
      await using again = await given.subject.ingest(request)
      expect(again?.offset).toBe(0)
    })

    test('refuses a byte too many at once', async () => {
      await using given = await setup()
      await using ingest = await given.subject.ingest({ ref: 'x', digest: digestOf('hello'), size: 5 })
      await ingest?.write(Buffer.from('hel'))
      await expect(ingest?.write(Buffer.from('lo!'))).rejects.toMatchObject({ code: 'corrupt' })
    })

    test('resumes an interrupted write of the same ref', async () => {
      await using given = await setup()
      const bytes = randomBytes(2_000_000)
      const request = { ref: 'x', digest: digestOf(bytes), size: bytes.length }
      {
        await using first = await given.subject.ingest(request)
        await first?.write(bytes.subarray(0, 1_234_567))
      }
      await using second = await given.subject.ingest(request)
      expect(second?.offset).toBe(1_234_567)
      await second?.write(bytes.subarray(1_234_567))
      await second?.commit()
      expect(await collect(given.subject.reader(request.digest))).toEqual(bytes)
    })

    test('begins anew after an abort', async () => {
      await using given = await setup()
      const request = { ref: 'x', digest: digestOf('hello') }
      {
        await using first = await given.subject.ingest(request)
        await first?.write(Buffer.from('hel'))
        await first?.abort()
      }
      await using second = await given.subject.ingest(request)
      expect(second?.offset).toBe(0)
    })

    test('lets a second writer of a ref wait, and then find the blob', async () => {
      await using given = await setup()
      const request = { ref: 'x', digest: digestOf('hello') }
      const first = await given.subject.ingest(request)
      let settled = false
      const second = given.subject.ingest(request).finally(() => {
        settled = true
      })
      await first?.write(Buffer.from('hello'))
      expect(settled).toBe(false)
      await first?.commit()
      await first?.[Symbol.asyncDispose]()
      expect(await second).toBeUndefined()
    })

    test('stops waiting when the signal fires', async () => {
      await using given = await setup()
      await using first = await given.subject.ingest({ ref: 'x', digest: digestOf('hello') })
      expect(first).toBeDefined()
      const stop = new AbortController()
      const second = given.subject.ingest({ ref: 'x', digest: digestOf('hello') }, { signal: stop.signal })
      stop.abort()
      await expect(second).rejects.toMatchObject({ code: 'aborted' })
    })

    test('deletes, more than once, also under a reader', async () => {
      await using given = await setup()
      const bytes = randomBytes(3_000_000)
      const { digest } = await put(given.subject, bytes)
      const reading = given.subject.reader(digest)[Symbol.asyncIterator]()
      const { value: begin } = await reading.next()
      await given.subject.delete(digest)
      await given.subject.delete(digest)
      const rest = await collect({ [Symbol.asyncIterator]: () => reading })
      expect(Buffer.concat([begin as Uint8Array, rest])).toEqual(bytes)
      expect(await given.subject.info(digest)).toBeUndefined()
      await expect(collect(given.subject.reader(digest))).rejects.toMatchObject({ code: 'not-found' })
    })
  })
}
