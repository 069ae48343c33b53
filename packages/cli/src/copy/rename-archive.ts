import type { Header, Pack } from 'tar-stream'
import { renameEntry, type Renaming } from './entry-name.ts'
import { addEntry, type ArchiveEntry, feed } from './tar.ts'

/** The same archive under other names. */
export async function* renameArchive(tar: AsyncIterable<Uint8Array>, renaming: Renaming): AsyncGenerator<Uint8Array> {
  const { extract, pack } = await import('tar-stream')
  const reader = extract()
  const writer = pack()
  const work = Promise.all([
    feed(tar, reader),
    copyEntries(reader as AsyncIterable<unknown> as AsyncIterable<ArchiveEntry>, writer, renaming)
  ])
  const ended = work.then(
    () => writer.finalize(),
    (error: Error) => void writer.destroy(error)
  )
  yield* writer as AsyncIterable<Uint8Array>
  await ended
}

async function copyEntries(reader: AsyncIterable<ArchiveEntry>, writer: Pack, renaming: Renaming): Promise<void> {
  for await (const entry of reader) {
    const name = renameEntry(entry.header.name, renaming).join('/')
    if (name === '') entry.resume()
    else {
      const filled = entry.header.type === 'file' && entry.header.size > 0
      await addEntry(
        writer,
        { ...plainHeader(entry.header), name, ...linkOf(entry.header, renaming) },
        filled ? entry : undefined
      )
      if (!filled) entry.resume()
    }
  }
}

/** Names and sizes are written anew; the records of the old ones would override them. */
function plainHeader({ pax: _pax, ...header }: Header): Partial<Header> {
  return header
}

function linkOf({ type, linkname }: Header, renaming: Renaming): { readonly linkname?: string } {
  return type === 'link' ? { linkname: renameEntry(linkname, renaming).join('/') } : {}
}
