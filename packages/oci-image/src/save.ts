import {
  EngineError,
  type ProgressOptions,
  type PushProgress,
  type SaveOutput,
  type SaveRequest
} from '@runcible/interface'
import { copyImage } from './copy-image.ts'
import { findImage, requireImage } from './find-image.ts'
import type { StoreContext } from './init.ts'
import { takeLease } from './lease.ts'
import { copySettings } from './push.ts'
import { normalizeReference, type QualifiedReference } from './reference.ts'
import { localName } from './short-names.ts'
import { dirSink } from './transport/dir-sink.ts'
import { checkNewArchive, dockerArchiveWriter } from './transport/docker-archive-sink.ts'
import { type ArchiveOutput, archiveOutput } from './transport/files/archive-output.ts'
import type { ImageSink } from './transport/image-sink.ts'
import { ociArchiveSink, ociSink } from './transport/oci-sink.ts'
import { temporaryDirectory } from './transport/open-source.ts'
import { storeSource } from './transport/store-source.ts'

type Format = NonNullable<SaveRequest['format']>

interface SaveJob {
  readonly names: readonly [string, ...string[]]
  readonly request: SaveRequest
  readonly output: SaveOutput
  readonly options: ProgressOptions<PushProgress>
}

/** Images as an archive or a directory that other engines load. */
export async function saveImages(
  context: StoreContext,
  names: readonly string[],
  request: SaveRequest,
  output: SaveOutput,
  options: ProgressOptions<PushProgress> = {}
): Promise<void> {
  const [first, ...rest] = names
  if (first === undefined) throw new EngineError('invalid-argument', 'there is no image to save')
  const format = request.format ?? 'docker-archive'
  if (format !== 'docker-archive' && rest.length > 0) {
    throw new EngineError('invalid-argument', `${format} holds one image under one name`, {
      hint: 'use the format docker-archive, or save them one by one'
    })
  }
  // Whatever is not here is found before anything is written.
  for (const name of request.multi === true ? names : [first]) requireImage(context, name)
  const job: SaveJob = { names: [first, ...rest], request, output, options }
  await using _lease = await takeLease(context.state, options)
  if (format === 'docker-archive') await saveDockerArchive(context, job)
  else await saveOne(context, job, format)
}

async function saveDockerArchive(context: StoreContext, { names, request, output, options }: SaveJob): Promise<void> {
  if ('path' in output) checkNewArchive(output.path)
  const place = 'path' in output ? output.path : 'the archive'
  await using writer = dockerArchiveWriter({
    place,
    output: archiveOutput(output),
    tmp: temporaryDirectory(context.init)
  })
  const [first, ...rest] = names
  const images =
    request.multi === true
      ? names.map((name) => ({ name, tags: nameOf(context, name) }))
      : [{ name: first, tags: [...rest.map((tag) => localName(tag)), ...nameOf(context, first)] }]
  for (const { name, tags } of images) await copyTo(context, name, writer.sink(tags), {}, options)
  await writer.finish()
}

/** The name that an image is saved under: the one it was asked by, none for an id. */
function nameOf(context: StoreContext, name: string): readonly QualifiedReference[] {
  const stored = findImage(context, name)?.stored
  const reference = stored === undefined ? undefined : normalizeReference(stored.id)
  return reference === undefined || reference.digest !== undefined ? [] : [reference]
}

async function saveOne(context: StoreContext, job: SaveJob, format: Exclude<Format, 'docker-archive'>): Promise<void> {
  const { names, request, output, options } = job
  const [name] = names
  const tag = findImage(context, name)?.stored?.id
  const init = { path: 'path' in output ? output.path : '', ...(tag === undefined ? {} : { name: tag }) }
  if (format === 'oci-archive') {
    await using archive: ArchiveOutput = archiveOutput(output)
    return await copyTo(context, name, ociArchiveSink(init, archive), packed(request.uncompressed !== true), options)
  }
  if (!('path' in output))
    throw new EngineError('invalid-argument', `${format} is a directory: it cannot be written as a stream`)
  if (format === 'oci-dir')
    return await copyTo(context, name, ociSink(init), packed(request.uncompressed !== true), options)
  const wish = { format: 'docker', ...packed(request.compress === true) } as const
  return await copyTo(context, name, dirSink(output.path), wish, options)
}

const packed = (isPacked: boolean) => (isPacked ? ({ compression: { format: 'gzip' } } as const) : {})

async function copyTo(
  context: StoreContext,
  name: string,
  target: ImageSink,
  wish: NonNullable<Parameters<typeof copyImage>[2]>,
  options: ProgressOptions<PushProgress>
): Promise<void> {
  await using source = storeSource(context, name, options)
  await using sink = target
  await copyImage(source, sink, wish, { ...options, ...copySettings(context) })
}
