import { type BlobInfo, type ContentStore, EngineError, type Ingest, type IngestRequest } from '@runcible/interface'
import { createDigester, type Digest, digestAlgorithm } from '@runcible/oci-spec'

interface Partial {
  chunks: Uint8Array[]
  length: number
  /** Ends when the writer before is gone. */
  busy: Promise<void>
}

const aborted = (signal: AbortSignal): EngineError =>
  new EngineError('aborted', 'the write was cancelled', { cause: signal.reason })

/** Blobs in memory. */
export function fakeContentStore(): ContentStore {
  const blobs = new Map<Digest, { readonly bytes: Uint8Array; readonly info: BlobInfo }>()
  const partials = new Map<string, Partial>()
  return {
    async *reader(digest, { offset = 0 } = {}) {
      const found = blobs.get(digest)
      if (found === undefined)
        throw new EngineError('not-found', `no blob ${digest}`, { subject: { kind: 'blob', name: digest } })
      for (let at = offset; at < found.bytes.length; at += 65_536) yield found.bytes.subarray(at, at + 65_536)
    },
    info: async (digest) => blobs.get(digest)?.info,
    async ingest(request, { signal } = {}) {
      const partial = partials.get(request.ref) ?? { chunks: [], length: 0, busy: Promise.resolve() }
      partials.set(request.ref, partial)
      const before = partial.busy
      const turn = Promise.withResolvers<void>()
      partial.busy = turn.promise
      try {
        await abortable(before, signal)
        if (request.digest !== undefined && blobs.has(request.digest)) {
          turn.resolve()
          return undefined
        }
        return openIngest(blobs, partial, request, turn.resolve)
      } catch (error) {
        before.then(turn.resolve)
        throw error
      }
    },
    async *list() {
      for (const { info } of blobs.values()) yield info
    },
    async delete(digest) {
      blobs.delete(digest)
    }
  }
}

function abortable(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return promise
  if (signal.aborted) return Promise.reject(aborted(signal))
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(aborted(signal)), { once: true })
    promise.then(resolve, reject)
  })
}

function openIngest(
  blobs: Map<Digest, { readonly bytes: Uint8Array; readonly info: BlobInfo }>,
  partial: Partial,
  request: IngestRequest,
  release: () => void
): Ingest {
  const drop = (): void => {
    partial.chunks = []
    partial.length = 0
  }
  const corrupt = (message: string): EngineError => {
    drop()
    return new EngineError('corrupt', message, { subject: { kind: 'blob', name: request.digest ?? request.ref } })
  }
  return {
    offset: partial.length,
    async write(chunk) {
      if (request.size !== undefined && partial.length + chunk.length > request.size) {
        throw corrupt(`more than the ${request.size} bytes of ${request.digest ?? request.ref} came`)
      }
      partial.chunks.push(new Uint8Array(chunk))
      partial.length += chunk.length
    },
    async commit() {
      if (request.size !== undefined && partial.length !== request.size) {
        throw corrupt(`${partial.length} of ${request.size} bytes of ${request.digest ?? request.ref} came`)
      }
      const digester = createDigester(request.digest === undefined ? 'sha256' : digestAlgorithm(request.digest))
      for (const chunk of partial.chunks) digester.update(chunk)
      const digest = digester.digest()
      if (request.digest !== undefined && digest !== request.digest)
        throw corrupt(`the bytes have digest ${digest} instead of ${request.digest}`)
      const bytes = Buffer.concat(partial.chunks)
      const info = { digest, size: bytes.length, createdAt: Date.now() }
      blobs.set(info.digest, { bytes, info })
      drop()
      return info
    },
    async abort() {
      drop()
    },
    async [Symbol.asyncDispose]() {
      release()
    }
  }
}
