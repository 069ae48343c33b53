import {
  EngineError,
  type ProgressOptions,
  type PullProgress,
  type ResolvedImage,
  type TransferRequest
} from '@runcible/interface'
import type { StoreContext } from './init.ts'
import { joinedSignal, pullSource } from './pull-source.ts'
import { formatReference } from './reference.ts'
import { resolveImage } from './resolve.ts'
import { localName } from './short-names.ts'
import type { DockerArchiveSource } from './transport/docker-archive.ts'
import type { ImageSource } from './transport/image-source.ts'
import type { OciSource } from './transport/oci-source.ts'
import { openSourceAt } from './transport/open-source.ts'
import { type ImageLocation, parseTransport } from './transport/parse-transport.ts'

/** Into the store, from a place that is named with its transport. */
export async function pullLocation(
  context: StoreContext,
  text: string,
  request: TransferRequest,
  options: ProgressOptions<PullProgress>
): Promise<ResolvedImage> {
  const location = parseTransport(text)
  // An image of this very store: there is nothing to move.
  if (location.transport === 'containers-storage') return await resolveImage(context, location.image, options)
  const failed = new AbortController()
  const joined = { ...options, signal: joinedSignal(options.signal, failed) }
  await using source = openSourceAt(context.init, location, request, joined)
  const names = await namesAt(source, location, joined)
  return await pullSource(context, { source, names, request, failed }, joined)
}

/** What an image is called that is taken from a place: the name that was asked for, or those kept with it. */
async function namesAt(
  source: ImageSource,
  location: ImageLocation,
  options: ProgressOptions<PullProgress>
): Promise<readonly string[]> {
  if (source.reference !== undefined) return [formatReference(source.reference)]
  if (location.transport === 'oci' || location.transport === 'oci-archive') {
    // A directory's own path names it in Podman; here only what the layout says counts.
    const name = await (source as OciSource).imageName(options)
    return name === undefined ? [] : storedNames([name])
  }
  if (location.transport !== 'docker-archive') return []
  return storedNames((await (source as DockerArchiveSource).imageNames(options)).map(formatReference))
}

/** Names in their stored form; what is no name of an image is passed over. */
export function storedNames(names: readonly string[]): readonly string[] {
  return names.flatMap((name) => {
    try {
      return [formatReference(localName(name))]
    } catch (error) {
      if (error instanceof EngineError) return []
      throw error
    }
  })
}
