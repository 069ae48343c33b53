import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs'
import { throwIfAborted } from '../errors.ts'
import { decompressed } from './compression.ts'

/**
 * Makes sure that nothing stands behind a gzip stream of which a program unpacked `size` bytes: some programs pass over
 * what is no further member. The last four bytes of a stream of one member are its size (RFC 1952); only where they are
 * something else, as with several members, is it gone through once more.
 *
 * @throws EngineError `corrupt`
 */
export async function checkGzipEnd(path: string, size: number, signal: AbortSignal | undefined): Promise<void> {
  if (lastSize(path) === size % 2 ** 32) return
  for await (const _ of decompressed(createReadStream(path, { highWaterMark: 256 * 1024 }), 'gzip'))
    throwIfAborted(signal, 'unpacking the layer')
}

function lastSize(path: string): number {
  const fd = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(4)
    readSync(fd, bytes, 0, 4, Math.max(0, fstatSync(fd).size - 4))
    return bytes.readUInt32LE()
  } finally {
    closeSync(fd)
  }
}
