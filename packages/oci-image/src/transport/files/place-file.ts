import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileError } from './read-file.ts'

/** Writes a file that appears under its name when it is whole. A symbolic link of that name is replaced, not followed. */
export async function placeFile(path: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
  const partial = `${path}.${randomUUID().slice(0, 8)}.partial`
  try {
    await mkdir(dirname(path), { recursive: true })
    const file = await open(partial, 'wx', 0o644)
    try {
      for await (const chunk of chunks) await file.writeFile(chunk)
    } finally {
      await file.close()
    }
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined)
    throw 'code' in (error as object) && (error as NodeJS.ErrnoException).syscall !== undefined
      ? fileError(path, error)
      : error
  }
}
