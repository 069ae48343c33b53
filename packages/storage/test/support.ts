import { createLinux } from '@runcible/linux'
import type { ContentStore } from '@runcible/interface'
import { digestOf, ociMediaTypes, type Descriptor } from '@runcible/oci-spec'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const linux = createLinux()

/** A directory of its own for one test. */
export const temporary = (): { readonly path: string } & AsyncDisposable => {
  const path = mkdtempSync(join(tmpdir(), 'runcible-storage-'))
  return { path, [Symbol.asyncDispose]: async () => rmSync(path, { recursive: true, force: true }) }
}

export const storeLayer = async (
  content: ContentStore,
  bytes: Buffer,
  mediaType: string = ociMediaTypes.layer
): Promise<Descriptor> => {
  const digest = digestOf(bytes)
  await using ingest = await content.ingest({ ref: digest, digest, size: bytes.length })
  await ingest?.write(bytes)
  await ingest?.commit()
  return { mediaType, digest, size: bytes.length }
}
