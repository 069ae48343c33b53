import { createDigester, digestAlgorithm, isDigest, type Digest } from '@runcible/oci-spec'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { bootMarks } from '../boot-marks.ts'
import { toEngineError } from '../errors.ts'
import { blobPath } from './digest-path.ts'

/**
 * Blobs that the kernel may not have written to the disk yet. Waiting for the disk at every blob would cost more than
 * the rest of a pull; instead a mark tells that a blob is young, and marks of an earlier boot, which only a crash of
 * the machine leaves, have their blobs hashed again before any is used.
 */
export interface UnsyncedBlobs {
  /** Marks a blob that is about to become visible. */
  mark(digest: Digest): void
  /** Checks what a crash of the machine may have damaged, once; damaged blobs are deleted. */
  recover(): Promise<void>
}

const READ_SIZE = 1024 * 1024

const absent = (error: unknown): undefined => {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}

const isWhole = async (path: string, digest: Digest): Promise<boolean> => {
  const file = await open(path).catch(absent)
  if (file === undefined) return true
  try {
    const digester = createDigester(digestAlgorithm(digest))
    for await (const chunk of file.createReadStream({ highWaterMark: READ_SIZE, autoClose: false })) {
      digester.update(chunk as Buffer)
    }
    return digester.digest() === digest
  } finally {
    await file.close()
  }
}

export const unsyncedBlobs = (root: string): UnsyncedBlobs => {
  const marks = bootMarks(join(root, 'unsynced'))
  let recovered: Promise<void> | undefined

  const checkAll = async () => {
    marks.sweep()
    for (const digest of marks.earlier()) {
      if (isDigest(digest) && !(await isWhole(blobPath(root, digest), digest)))
        await rm(blobPath(root, digest), { force: true })
      marks.forget(digest)
    }
  }
  const recover = () => {
    if (recovered !== undefined) return recovered
    return (recovered = checkAll().catch((error: unknown) => {
      recovered = undefined
      throw toEngineError(error, 'checking the blobs after a crash of the machine')
    }))
  }
  return { mark: marks.mark, recover }
}
