import { EngineError, type BlobInfo, type ContentStore, type Factory } from '@runcible/interface'
import { createLinux, type FileLock, type Linux } from '@runcible/linux'
import { isDigest, type Digest } from '@runcible/oci-spec'
import { closeSync, createReadStream, fstatSync, mkdirSync, openSync, readSync, statSync } from 'node:fs'
import { opendir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { throwIfAborted, toEngineError } from '../errors.ts'
import { blobPath } from './digest-path.ts'
import { openIngest } from './ingest.ts'
import { ingestPaths, listIngests } from './ingest-list.ts'
import { unsyncedBlobs } from './unsynced.ts'

export interface LocalContentStoreInit {
  /** Directory of the store; made with mode 0700. */
  readonly root: string
  /** By default the real kernel. */
  readonly linux?: Pick<Linux, 'lock'>
}

/** An interrupted write whose bytes wait for a resume. */
export interface StaleIngest {
  /** Empty when the write was interrupted before it was noted. */
  readonly ref: string
  /** Bytes. */
  readonly size: number
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number
}

/** A content store on local files: every blob is a plain file named for its digest. */
export interface LocalContentStore extends ContentStore {
  localPath(digest: Digest): string | undefined
  ingests(): AsyncIterable<StaleIngest>
  /** Drops interrupted writes last touched before `olderThan` (milliseconds since the epoch); those under way stay. */
  cleanIngests(olderThan: number): Promise<number>
}

const READ_SIZE = 1024 * 1024
/** Bytes up to which a blob is read in one piece. */
const SMALL = 256 * 1024
const ALGORITHMS = ['sha256', 'sha512'] as const

const absent = (error: unknown): undefined => {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
  throw error
}

const infoOf = async (root: string, digest: Digest): Promise<BlobInfo | undefined> => {
  const found = await stat(blobPath(root, digest)).catch(absent)
  return found && { digest, size: found.size, createdAt: Math.round(found.ctimeMs) }
}

async function* readBlob(
  root: string,
  digest: Digest,
  offset: number,
  signal?: AbortSignal
): AsyncGenerator<Uint8Array> {
  throwIfAborted(signal, `reading ${digest}`)
  // The open file stays readable when the blob is deleted meanwhile.
  const file = openBlob(root, digest)
  try {
    const rest = fstatSync(file).size - offset
    // Manifests and configurations, which every command reads: at once, and without loading the streams of files.
    if (rest <= SMALL) yield* readRest(file, offset, rest)
    // The stream closes the file, once nothing reads from it any more.
    else yield* createReadStream('', { fd: file, start: offset, highWaterMark: READ_SIZE, ...(signal && { signal }) })
  } catch (error) {
    throw toEngineError(error, `reading ${digest}`)
  }
}

function openBlob(root: string, digest: Digest): number {
  try {
    return openSync(blobPath(root, digest), 'r')
  } catch (error) {
    absent(error)
    throw new EngineError('not-found', `no blob ${digest}`, { subject: { kind: 'blob', name: digest } })
  }
}

/** Reads what is left of a small blob, and closes it. */
function readRest(file: number, offset: number, length: number): readonly Uint8Array[] {
  try {
    const bytes = Buffer.alloc(Math.max(0, length))
    const filled = readSync(file, bytes, 0, bytes.length, offset)
    return filled === 0 ? [] : [bytes.subarray(0, filled)]
  } finally {
    closeSync(file)
  }
}

async function* listBlobs(root: string): AsyncGenerator<BlobInfo> {
  for (const algorithm of ALGORITHMS) {
    for await (const { name } of await opendir(join(root, 'blobs', algorithm))) {
      const digest = `${algorithm}:${name}`
      const info = isDigest(digest) ? await infoOf(root, digest) : undefined
      if (info !== undefined) yield info
    }
  }
}

const makeDirectories = (root: string) => {
  // One look is enough once the store is there.
  if (statSync(join(root, 'ingest'), { throwIfNoEntry: false }) !== undefined) return
  for (const algorithm of ALGORITHMS) mkdirSync(join(root, 'blobs', algorithm), { recursive: true, mode: 0o700 })
  mkdirSync(join(root, 'ingest'), { recursive: true, mode: 0o700 })
}

/** A content store below one directory, shared by any number of processes. */
export const localContentStore =
  ({ root, linux = createLinux() }: LocalContentStoreInit): Factory<never, LocalContentStore> =>
  () => {
    const unsynced = unsyncedBlobs(root)
    let made = false
    const prepare = () => {
      if (!made) makeDirectories(root)
      made = true
    }
    const ingest: ContentStore['ingest'] = async (request, { signal } = {}) => {
      prepare()
      await unsynced.recover()
      if (request.digest !== undefined && (await infoOf(root, request.digest)) !== undefined) return undefined
      const files = ingestPaths(root, request.ref)
      let lock: FileLock | undefined
      try {
        lock = await linux.lock.lock(files.lock, signal === undefined ? {} : { signal })
        // Whoever held the lock before may have finished this very blob.
        if (request.digest !== undefined && (await infoOf(root, request.digest)) !== undefined) {
          await rm(files.lock, { force: true })
          lock.release()
          return undefined
        }
        await writeFile(files.ref, request.ref, { mode: 0o600 })
        return await openIngest({ request, files: { ...files, root, beforePublish: unsynced.mark }, lock, signal })
      } catch (error) {
        // A full disk leaves nothing; bytes of an earlier write stay for another attempt.
        const kept = statSync(files.data, { throwIfNoEntry: false })?.size ?? 0
        if (lock !== undefined && kept === 0) {
          await Promise.all([files.data, files.ref, files.lock].map((path) => rm(path, { force: true })))
        }
        lock?.release()
        throw toEngineError(error, `beginning to write ${request.digest ?? request.ref}`)
      }
    }
    const cleanIngests = async (olderThan: number) => {
      prepare()
      let cleaned = 0
      for await (const { paths, modifiedAt } of listIngests(root)) {
        const lock = modifiedAt < olderThan ? linux.lock.tryLock(paths.lock) : undefined
        if (lock === undefined) continue
        await Promise.all([paths.data, paths.ref, paths.lock].map((path) => rm(path, { force: true })))
        lock.release()
        cleaned++
      }
      return cleaned
    }
    return {
      async *reader(digest, { offset = 0, signal } = {}) {
        await unsynced.recover()
        yield* readBlob(root, digest, offset, signal)
      },
      async info(digest) {
        await unsynced.recover()
        return infoOf(root, digest)
      },
      ingest,
      async *list() {
        prepare()
        await unsynced.recover()
        yield* listBlobs(root)
      },
      delete: (digest) => rm(blobPath(root, digest), { force: true }),
      localPath: (digest) => {
        const path = blobPath(root, digest)
        return statSync(path, { throwIfNoEntry: false }) === undefined ? undefined : path
      },
      async *ingests() {
        prepare()
        for await (const { ref, size, modifiedAt } of listIngests(root)) yield { ref, size, modifiedAt }
      },
      cleanIngests
    }
  }
