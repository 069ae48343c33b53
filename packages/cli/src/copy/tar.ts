import type { Header, Pack } from 'tar-stream'

/** One member of an archive that is read: its header, and its content to iterate. */
export type ArchiveEntry = AsyncIterable<Uint8Array> & { readonly header: Header; resume(): unknown }

/** What this program needs of a stream that is not one of Node's own. */
interface Sink {
  write(chunk: Uint8Array): boolean
  end(): void
  destroy(error?: Error): void
  once(event: string, listener: (error?: Error) => void): unknown
  off(event: string, listener: (error?: Error) => void): unknown
}

/** Writes everything into a sink, with back-pressure, and ends it. Rejects when either side fails. */
export async function feed(source: AsyncIterable<Uint8Array>, sink: unknown): Promise<void> {
  const stream = sink as Sink
  try {
    for await (const chunk of source) if (!stream.write(chunk)) await next(stream, 'drain')
    const finished = next(stream, 'finish')
    stream.end()
    await finished
  } catch (error) {
    stream.destroy(error as Error)
    throw error
  }
}

async function next(stream: Sink, event: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const succeed = (): void => resolve()
  const fail = (error?: Error): void => reject(error ?? new Error('the archive ended early'))
  stream.once(event, succeed)
  stream.once('error', fail)
  stream.once('close', fail)
  try {
    await promise
  } finally {
    stream.off(event, succeed)
    stream.off('error', fail)
    stream.off('close', fail)
  }
}

/** Adds one entry; `content` for a file that is not empty. */
export async function addEntry(
  pack: Pack,
  header: Partial<Header> & { readonly name: string },
  content?: AsyncIterable<Uint8Array>
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const done = (error?: Error | null): void => (error ? reject(error) : resolve())
  if (content !== undefined) await feed(content, pack.entry(header, done))
  else if (header.type === 'file') pack.entry(header, new Uint8Array(0), done)
  else pack.entry(header, done)
  await promise
}
