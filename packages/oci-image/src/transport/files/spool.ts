import { randomUUID } from 'node:crypto'
import { type FileHandle, mkdir, open, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { abortedError } from '../../registry/errors.ts'
import { fileError } from './read-file.ts'

/** An empty temporary file without a name: it is gone when it is closed, or its process ends in whatever way. */
export async function openSpool(tmp: string): Promise<FileHandle> {
  await mkdir(tmp, { recursive: true, mode: 0o700 })
  const path = join(tmp, `spool-${randomUUID()}`)
  const file = await open(path, 'wx+', 0o600).catch((error: unknown) => {
    throw fileError(tmp, error)
  })
  try {
    await unlink(path)
    return file
  } catch (error) {
    await file.close()
    throw fileError(tmp, error)
  }
}

/** What a stream gives, in a temporary file. */
export async function spool(
  bytes: AsyncIterable<Uint8Array>,
  { tmp, signal }: { readonly tmp: string; readonly signal?: AbortSignal | undefined }
): Promise<FileHandle> {
  const file = await openSpool(tmp)
  try {
    for await (const chunk of bytes) {
      if (signal?.aborted === true) throw abortedError(signal)
      // Writes all of it, from where the last write ended.
      await file.writeFile(chunk)
    }
    return file
  } catch (error) {
    await file.close()
    throw error
  }
}
