import { createDigester, digestAlgorithm, isDigest, type Digest } from '@runcible/oci-spec'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { open, rm } from 'node:fs/promises'
import { join } from 'node:path'
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

const readText = (path: string): string => readFileSync(path, 'latin1').trim()

/** Milliseconds after which the kernel has certainly written a file: several times its own limit. */
const settledAfter = (): number => {
  const centiseconds = (name: string) => Number(readText(`/proc/sys/vm/dirty_${name}_centisecs`)) || 3000
  return 4 * 10 * (centiseconds('expire') + centiseconds('writeback'))
}

const absent = (error: unknown): undefined => {
  if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
}

/** Another process may be done with the directory in the meantime. */
const namesOf = (directory: string): string[] => {
  try {
    return readdirSync(directory)
  } catch (error) {
    return absent(error) ?? []
  }
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
  const marks = join(root, 'unsynced')
  const bootId = () => readText('/proc/sys/kernel/random/boot_id')
  let swept = false
  let recovered: Promise<void> | undefined

  const sweep = (current: string) => {
    swept = true
    const before = Date.now() - settledAfter()
    for (const name of readdirSync(current)) {
      const mark = join(current, name)
      if ((statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? before) < before) rmSync(mark, { force: true })
    }
  }
  const mark = (digest: Digest) => {
    const current = join(marks, bootId())
    mkdirSync(current, { recursive: true, mode: 0o700 })
    if (!swept) sweep(current)
    writeFileSync(join(current, digest), '', { mode: 0o600 })
  }
  const checkAll = async () => {
    const current = bootId()
    for (const boot of namesOf(marks)) {
      if (boot === current) continue
      for (const digest of namesOf(join(marks, boot))) {
        if (isDigest(digest) && !(await isWhole(blobPath(root, digest), digest)))
          await rm(blobPath(root, digest), { force: true })
      }
      await rm(join(marks, boot), { recursive: true, force: true })
    }
  }
  const recover = () => {
    if (recovered !== undefined) return recovered
    const nothing = statSync(marks, { throwIfNoEntry: false }) === undefined
    recovered = nothing ? Promise.resolve() : checkAll()
    return (recovered = recovered.catch((error: unknown) => {
      recovered = undefined
      throw toEngineError(error, 'checking the blobs after a crash of the machine')
    }))
  }
  return { mark, recover }
}
