import { EngineError, type CallOptions, type TransferRequest } from '@runcible/interface'
import type { Platform } from '@runcible/oci-spec'
import type { CopyOptions, CopyWish } from './copy-job.ts'
import type { OciImageStoreInit } from './init.ts'
import type { FetchedManifest } from './registry/manifests.ts'
import type { ImageSink } from './transport/image-sink.ts'
import type { ImageSource } from './transport/image-source.ts'

/** How a place is reached: settings, credentials and the like of this one transfer, and a signal that ends it. */
export interface PlaceInit extends OciImageStoreInit, CallOptions {
  readonly request?: TransferRequest
}

/**
 * The image at a place named with its transport: `docker://NAME`, `oci:PATH[:NAME]`, `oci-archive:FILE[:NAME]`,
 * `docker-archive:FILE[:NAME]`, `docker-daemon:NAME`, `dir:PATH`. Nothing is opened or connected before it is asked for something.
 *
 * @throws EngineError `invalid-argument`, `unsupported`
 */
export async function openSource(place: string, { request, signal, ...init }: PlaceInit = {}): Promise<ImageSource> {
  const { parseTransport } = await import('./transport/parse-transport.ts')
  const { openSourceAt } = await import('./transport/open-source.ts')
  const location = parseTransport(place)
  if (location.transport === 'containers-storage') throw storeOnly(place)
  return openSourceAt(init, location, request, { signal })
}

/** A place to write an image to, named in the same way. */
export async function openSink(place: string, { request, signal, ...init }: PlaceInit = {}): Promise<ImageSink> {
  const { parseTransport } = await import('./transport/parse-transport.ts')
  const open = await import('./transport/open-sink.ts')
  const location = parseTransport(place)
  if (location.transport === 'containers-storage') throw storeOnly(place)
  return open.openSink({ init }, location, request, { signal })
}

const storeOnly = (place: string): EngineError =>
  new EngineError('invalid-argument', `${place} is an image of an engine's store`, {
    hint: 'use the methods of the ImageStore: copy, pull, push'
  })

/** From a source to a sink; see copy-image.ts. */
export async function copyImage(
  source: ImageSource,
  sink: ImageSink,
  wish: CopyWish = {},
  options: CopyOptions = {}
): Promise<FetchedManifest> {
  return await (await import('./copy-image.ts')).copyImage(source, sink, wish, options)
}

export interface ReadFileOptions extends CallOptions {
  /** What to choose from an index; by default that of this host. */
  readonly platform?: Platform
  /** Bytes that the file may have; by default 64 MiB. */
  readonly limit?: number
}

/**
 * One file of an image that lies anywhere, without the rest where that can be avoided: layers are looked at from the
 * topmost down, and reading ends at the file. Symbolic links are followed inside the image.
 *
 * @throws EngineError `not-found`, `invalid-argument` for what is no regular file, `exhausted` beyond `limit`
 */
export async function readImageFile(source: ImageSource, path: string, options: ReadFileOptions = {}): Promise<Buffer> {
  return await (await import('./read-image-file.ts')).readImageFile(source, path, options)
}
