import { statSync } from 'node:fs'
import {
  EngineError,
  isEngineError,
  type LoadedImage,
  type ProgressOptions,
  type PullProgress,
  type TransferRequest
} from '@runcible/interface'
import { isImageEntry } from './image-entry.ts'
import type { StoreContext } from './init.ts'
import { storedNames } from './pull-location.ts'
import { joinedSignal, pullSource } from './pull-source.ts'
import { formatReference } from './reference.ts'
import { dirSource } from './transport/dir-source.ts'
import { dockerArchiveIn } from './transport/docker-archive.ts'
import { archiveTree, type ArchiveTree } from './transport/files/archive-tree.ts'
import { directoryTree } from './transport/files/directory-tree.ts'
import { fileError } from './transport/files/read-file.ts'
import type { ImageSource } from './transport/image-source.ts'
import { layoutSource, ociSource } from './transport/oci-source.ts'
import { temporaryDirectory } from './transport/open-source.ts'

/** One image of what is loaded, with the names to record it under. */
interface FoundArchive {
  readonly source: ImageSource
  readonly names: readonly string[]
}

/** Every image of an archive or directory into the store, whichever of the known forms it has. */
export async function loadImages(
  context: StoreContext,
  input: string | AsyncIterable<Uint8Array>,
  request: TransferRequest = {},
  options: ProgressOptions<PullProgress> = {}
): Promise<readonly LoadedImage[]> {
  const failed = new AbortController()
  const joined = { ...options, signal: joinedSignal(options.signal, failed) }
  const isDirectory = typeof input === 'string' && statOf(input)
  const loaded: LoadedImage[] = []
  const take = async ({ source, names }: FoundArchive): Promise<void> => {
    const { id } = await pullSource(context, { source, names, request, failed }, joined)
    if (names.length === 0) loaded.push({ id, name: undefined })
    else loaded.push(...names.map((name) => ({ id, name })))
  }
  try {
    if (isDirectory) await loadDirectory(input, take, joined)
    else await loadArchive(context, input, take, joined)
  } catch (error) {
    failed.abort(error)
    throw error
  }
  return loaded
}

function statOf(path: string): boolean {
  try {
    return statSync(path).isDirectory()
  } catch (error) {
    throw fileError(path, error)
  }
}

type Take = (found: FoundArchive) => Promise<void>
type Joined = ProgressOptions<PullProgress>

async function loadDirectory(path: string, take: Take, options: Joined): Promise<void> {
  await using tree = directoryTree(path)
  if ((await tree.size('index.json')) !== undefined) {
    await using layout = ociSource({ path })
    for (const [index, entry] of (await layout.entries(options)).entries()) {
      await using source = ociSource({ path, index })
      if (isImageEntry(entry)) await take({ source, names: await layoutNames(source, options) })
    }
    return
  }
  if ((await tree.size('manifest.json')) === undefined) throw unknownForm(path)
  await using source = dirSource(path)
  await take({ source, names: [] })
}

async function layoutNames(source: ReturnType<typeof ociSource>, options: Joined): Promise<readonly string[]> {
  const name = await source.imageName(options)
  return name === undefined ? [] : storedNames([name])
}

async function loadArchive(
  context: StoreContext,
  input: string | AsyncIterable<Uint8Array>,
  take: Take,
  options: Joined
): Promise<void> {
  const place = typeof input === 'string' ? input : 'the archive'
  await using tree = archiveTree({ input, place, tmp: temporaryDirectory(context.init), signal: options.signal })
  if (await hasFile(tree, 'index.json', place)) return await loadLayout(tree, place, take, options)
  const isDocker = (await hasFile(tree, 'manifest.json', place)) || (await hasFile(tree, 'repositories', place))
  if (!isDocker) throw unknownForm(place)
  await using archive = dockerArchiveIn(tree, place)
  for (const image of await archive.images(options)) {
    const names = storedNames(image.names.map(formatReference))
    await take({ source: archive.source(image, `docker-archive:${place}`), names })
  }
}

async function hasFile(tree: ArchiveTree, name: string, place: string): Promise<boolean> {
  try {
    return (await tree.size(name)) !== undefined
  } catch (error) {
    if (isEngineError(error, 'corrupt')) throw unknownForm(place, error)
    throw error
  }
}

async function loadLayout(tree: ArchiveTree, place: string, take: Take, options: Joined): Promise<void> {
  const shared = { ...tree, [Symbol.asyncDispose]: async () => undefined }
  const layout = layoutSource({ transport: 'oci-archive', path: place }, shared)
  for (const [index, entry] of (await layout.entries(options)).entries()) {
    if (!isImageEntry(entry)) continue
    const source = layoutSource({ transport: 'oci-archive', path: place, index }, shared)
    await take({ source, names: await layoutNames(source, options) })
  }
}

const unknownForm = (place: string, cause?: EngineError): EngineError =>
  new EngineError(
    'invalid-argument',
    `${place} does not match any of the supported image formats: oci, oci-archive, docker-archive, dir${cause === undefined ? '' : ` (${cause.message})`}`,
    { hint: 'for the archive of a root file system use "runcible import"', ...(cause === undefined ? {} : { cause }) }
  )
