import { closeSync, writeSync } from 'node:fs'
import type { Header } from 'tar-stream'
import { renameEntry, type Renaming } from './entry-name.ts'
import { type ArchiveEntry, feed } from './tar.ts'
import { type Attributes, type HostTree, openHostTree } from './host-tree.ts'

export interface WriteHostOptions {
  readonly renaming: Renaming
  /** Owners of the archive instead of this process. */
  readonly keepOwner: boolean
  readonly overwrite: boolean
  readonly signal: AbortSignal
  /** Told of what is not written. */
  readonly warn: (text: string) => void
}

/** Unpacks an archive below a directory of this host. Devices and FIFOs are left out: a container has no say in those here. */
export async function writeHost(
  tar: AsyncIterable<Uint8Array>,
  directory: string,
  options: WriteHostOptions
): Promise<void> {
  const { extract } = await import('tar-stream')
  const reader = extract()
  using tree = openHostTree(directory, options.overwrite)
  await Promise.all([
    feed(tar, reader),
    writeEntries(reader as AsyncIterable<unknown> as AsyncIterable<ArchiveEntry>, tree, options)
  ])
}

async function writeEntries(
  reader: AsyncIterable<ArchiveEntry>,
  tree: HostTree,
  options: WriteHostOptions
): Promise<void> {
  for await (const entry of reader) {
    options.signal.throwIfAborted()
    const { header } = entry
    const parts = renameEntry(header.name, options.renaming)
    const attributes = attributesOf(header, options.keepOwner)
    if (header.type === 'file' || header.type === 'contiguous-file') {
      await writeFile(tree, parts, entry, attributes)
      continue
    }
    entry.resume()
    if (header.type === 'directory') tree.makeDirectory(parts, attributes)
    else if (header.type === 'symlink') tree.symlink(parts, header.linkname)
    else if (header.type === 'link') tree.hardlink(parts, renameEntry(header.linkname, options.renaming))
    else options.warn(`${header.name} is a ${header.type}: left out`)
  }
}

async function writeFile(
  tree: HostTree,
  parts: readonly string[],
  content: AsyncIterable<Uint8Array>,
  attributes: Attributes
): Promise<void> {
  const { fd, finish } = tree.createFile(parts)
  try {
    for await (const chunk of content) writeAll(fd, chunk)
    finish(attributes)
  } finally {
    closeSync(fd)
  }
}

function writeAll(fd: number, chunk: Uint8Array): void {
  for (let at = 0; at < chunk.length;) at += writeSync(fd, chunk, at)
}

function attributesOf({ mode, uid, gid, mtime }: Header, keepOwner: boolean): Attributes {
  return { mode, owner: keepOwner ? { uid, gid } : undefined, modified: mtime }
}
