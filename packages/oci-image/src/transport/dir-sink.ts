import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { EngineError } from '@runcible/interface'
import { type Digest, digestHex } from '@runcible/oci-spec'
import type { FetchedManifest } from '../registry/manifests.ts'
import { encodeSignature } from '../trust/signature-file.ts'
import { partFile } from './dir-source.ts'
import { placeFile } from './files/place-file.ts'
import { fileError } from './files/read-file.ts'
import type { ImageSink } from './image-sink.ts'
import { counted } from './oci-sink.ts'
import { verified } from './stored-blob.ts'

const versionText = (minor: number): Buffer => Buffer.from(`Directory Transport Version: 1.${minor}\n`)
const ours =
  /^(?:[0-9a-f]{64}|[0-9a-f]{128})(?:\.manifest\.json|\.signature-\d+)?$|^signature-\d+$|^manifest\.json$|^version$/

/** `dir:PATH`: a directory of one image. An image that is there already is replaced; other files are not touched. */
export function dirSink(path: string): ImageSink {
  const written = new Set<string>()
  let top: FetchedManifest | undefined
  let minor = 1
  let before: Promise<readonly string[]> | undefined
  const put = async (name: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> => {
    await (before ??= existingFiles(path))
    await placeFile(join(path, name), chunks)
    written.add(name)
  }
  const has = (name: string): Promise<boolean> =>
    stat(join(path, name)).then(
      (found) => found.isFile(),
      () => false
    )
  const signaturePrefix = (digest: Digest): string => (top?.digest === digest ? '' : `${digestHex(digest)}.`)
  let committed = false
  return {
    transport: 'dir',
    name: `dir:${path}`,
    reference: undefined,
    abilities: { indexes: true, manifests: ['oci', 'docker'], layers: 'any', signatures: true },
    hasBlob: ({ digest }) => has(digestHex(digest)),
    async putBlob({ descriptor, read, onBytes }) {
      const name = digestHex(descriptor.digest)
      if (written.has(name)) return 'exists'
      await put(name, verified(descriptor, counted(read(0, descriptor.size), onBytes), path))
      return 'uploaded'
    },
    async putManifest(manifest, { isTop }) {
      if (isTop) top = manifest
      else await put(partFile(manifest.digest), [manifest.bytes])
    },
    async putSignatures(digest, signatures) {
      for (const [at, signature] of signatures.entries()) {
        if (signature.kind === 'sigstore') minor = 2
        await put(`${signaturePrefix(digest)}signature-${at + 1}`, [encodeSignature(signature)])
      }
    },
    async commit() {
      if (top === undefined) throw new EngineError('internal', `nothing was written to ${path}`)
      await put('version', [versionText(minor)])
      await put('manifest.json', [top.bytes])
      committed = true
      const old = (await before) ?? []
      await removeAll(
        path,
        old.filter((name) => !written.has(name))
      )
    },
    async [Symbol.asyncDispose]() {
      if (committed) return
      const old = new Set(await before?.catch(() => []))
      await removeAll(
        path,
        [...written].filter((name) => !old.has(name))
      )
    }
  }
}

/** The files of the image that is there already. */
async function existingFiles(path: string): Promise<readonly string[]> {
  const names = await readdir(path).catch((error: NodeJS.ErrnoException): readonly string[] => {
    if (error.code === 'ENOENT') return []
    throw fileError(path, error)
  })
  if (names.length > 0 && !names.includes('manifest.json')) {
    throw new EngineError('already-exists', `${path} is a directory with other things than an image`, {
      hint: 'name a new or an empty directory'
    })
  }
  return names.filter((name) => ours.test(name))
}

async function removeAll(path: string, names: readonly string[]): Promise<void> {
  for (const name of names) await rm(join(path, name), { force: true })
}
