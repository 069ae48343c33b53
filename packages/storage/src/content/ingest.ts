import { EngineError, type BlobInfo, type Ingest, type IngestRequest } from '@runcible/interface'
import type { FileLock } from '@runcible/linux'
import { createDigester, digestAlgorithm, type Digest, type Digester } from '@runcible/oci-spec'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { throwIfAborted, toEngineError } from '../errors.ts'
import { blobPath } from './digest-path.ts'

/** Bytes collected before they are written: small enough to stay in cache, large enough to make few calls. */
const BATCH = 512 * 1024
const READ_SIZE = 1024 * 1024

export interface IngestFiles {
  readonly root: string
  /** Bytes so far. */
  readonly data: string
  /** The ref, as text. */
  readonly ref: string
  readonly beforePublish: (digest: Digest) => void
}

interface OpenIngest {
  readonly request: IngestRequest
  readonly files: IngestFiles
  readonly lock: FileLock
  readonly signal: AbortSignal | undefined
}

const subjectOf = ({ digest, ref }: IngestRequest) => ({ kind: 'blob', name: digest ?? ref }) as const

const rehash = async (file: FileHandle, digester: Digester, signal: AbortSignal | undefined): Promise<number> => {
  const buffer = Buffer.allocUnsafe(READ_SIZE)
  for (let offset = 0; ;) {
    throwIfAborted(signal, 'resuming a download')
    const { bytesRead } = await file.read(buffer, 0, buffer.length, offset)
    if (bytesRead === 0) return offset
    digester.update(buffer.subarray(0, bytesRead))
    offset += bytesRead
  }
}

const drop = async ({ files, lock }: OpenIngest): Promise<void> => {
  try {
    await rm(files.data, { force: true })
    await rm(files.ref, { force: true })
    await rm(lock.path, { force: true })
  } finally {
    lock.release()
  }
}

/** Opens the write that `lock` guards, hashing the bytes that an earlier one left. */
export const openIngest = async (opening: OpenIngest): Promise<Ingest> => {
  const { request, files, signal } = opening
  const algorithm = request.digest === undefined ? 'sha256' : digestAlgorithm(request.digest)
  const file = await open(files.data, 'a+', 0o600)
  try {
    let digester = createDigester(algorithm)
    let offset = await rehash(file, digester, signal)
    if (request.size !== undefined && offset > request.size) {
      await file.truncate(0)
      digester = createDigester(algorithm)
      offset = 0
    }
    return writer(opening, file, digester, offset)
  } catch (error) {
    await file.close()
    throw error
  }
}

const writer = (opening: OpenIngest, file: FileHandle, digester: Digester, offset: number): Ingest => {
  const { request, files, lock } = opening
  const subject = subjectOf(request)
  let state: 'open' | 'done' = 'open'
  let size = offset
  const batch = new Uint8Array(Math.min(BATCH, Math.max(0, (request.size ?? BATCH) - offset)))
  let batched = 0

  const append = async (bytes: Uint8Array) => {
    for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten
  }
  const flush = async () => {
    await append(batch.subarray(0, batched))
    batched = 0
  }
  /** Copied into the one buffer of this write: a buffer for each chunk would be garbage faster than it is collected. */
  const collect = async (chunk: Uint8Array) => {
    if (batched + chunk.length > batch.length) await flush()
    if (chunk.length >= batch.length) return append(chunk)
    batch.set(chunk, batched)
    batched += chunk.length
  }
  const end = async () => {
    state = 'done'
    try {
      await file.close()
    } finally {
      await drop(opening)
    }
  }
  const abort = async () => {
    if (state === 'open') await end()
  }
  const fail = async (error: unknown): Promise<never> => {
    await end()
    throw toEngineError(error, `writing ${subject.name}`, subject)
  }
  const corrupt = (problem: string) => fail(new EngineError('corrupt', `${subject.name}: ${problem}`, { subject }))
  const mustBeOpen = () => {
    if (state === 'done')
      throw new EngineError('failed-precondition', `the write of ${subject.name} has ended`, { subject })
  }

  return {
    offset,
    async write(chunk) {
      mustBeOpen()
      size += chunk.length
      if (request.size !== undefined && size > request.size)
        await corrupt(`more than the expected ${request.size} bytes`)
      digester.update(chunk)
      await collect(chunk).catch(fail)
    },
    async commit() {
      mustBeOpen()
      if (request.size !== undefined && size !== request.size) {
        await corrupt(`expected ${request.size} bytes, got ${size}`)
      }
      const digest = digester.digest()
      if (request.digest !== undefined && digest !== request.digest) {
        await corrupt(`the content does not match its digest: it is ${digest}`)
      }
      state = 'done'
      const info = await flush()
        .then(() => publish(files, digest, size))
        .catch(fail)
      await end()
      return info
    },
    abort,
    async [Symbol.asyncDispose]() {
      if (state === 'done') return
      state = 'done'
      await flush().catch(fail)
      try {
        await file.close()
      } finally {
        lock.release()
      }
    }
  }
}

const publish = async (files: IngestFiles, digest: Digest, size: number): Promise<BlobInfo> => {
  files.beforePublish(digest)
  await rename(files.data, blobPath(files.root, digest))
  return { digest, size, createdAt: Date.now() }
}
