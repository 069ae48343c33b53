import {
  isEngineError,
  type OperationProgress,
  type ProgressOptions,
  type PullPolicy,
  type ResolvedImage,
  type TransferRequest
} from '@runcible/interface'
import { hostPlatform, matchPlatform, type Platform } from '@runcible/oci-spec'
import type { Parts } from '../settings.ts'
import { findManifestList } from './manifest-lists.ts'

export interface ImageRequest extends TransferRequest {
  readonly image: string
  readonly pull?: PullPolicy
}

const transferKeys = [
  'platform',
  'auth',
  'tlsVerify',
  'authFile',
  'certificateDir',
  'retries',
  'retryDelay',
  'anonymous',
  'registryToken',
  'signaturePolicy'
] as const satisfies readonly (keyof TransferRequest)[]

// A container's specification says much more than what a transfer is to know.
const transferOf = (request: TransferRequest): TransferRequest =>
  Object.fromEntries(transferKeys.flatMap((key) => (request[key] === undefined ? [] : [[key, request[key]]])))

/** The image of a container, from the store or a registry, as the pull policy says. */
export async function resolveImage(
  parts: Pick<Parts, 'images' | 'manifests' | 'events'>,
  request: ImageRequest,
  options: ProgressOptions<OperationProgress>
): Promise<ResolvedImage> {
  const policy = request.pull ?? 'missing'
  if (policy === 'always') return pullImage(parts, request, options)
  const here = await findHere(parts, request)
  if (policy === 'newer' && here !== undefined)
    return pullImage(parts, request, options).catch((error: unknown) => keepOld(error, here))
  if (here !== undefined) return here
  if (policy === 'never') return parts.images.resolve(request.image, options)
  return pullImage(parts, request, options)
}

// A registry that does not answer is no reason not to use what is here; anything else is.
function keepOld(error: unknown, here: ResolvedImage): ResolvedImage {
  if (isEngineError(error, 'unavailable') || isEngineError(error, 'timeout')) return here
  throw error
}

async function findHere(
  parts: Pick<Parts, 'images' | 'manifests'>,
  request: ImageRequest
): Promise<ResolvedImage | undefined> {
  try {
    const image = await parts.images.resolve(request.image)
    return matches(image.platform, request.platform) ? image : undefined
  } catch (error) {
    if (isEngineError(error, 'not-found')) return await findInList(parts, request)
    throw error
  }
}

/** The image here that a manifest list of that name has for the platform. */
async function findInList(
  parts: Pick<Parts, 'images' | 'manifests'>,
  { image, platform = hostPlatform() }: ImageRequest
): Promise<ResolvedImage | undefined> {
  const list = await findManifestList(parts, image)
  const entry = list && matchPlatform(platform, list.index.manifests)
  const found = entry && (await parts.images.get(entry.digest))
  return found && (await parts.images.resolve(found.id))
}

const matches = (platform: Platform, wanted: Platform | undefined) =>
  wanted === undefined || (platform.os === wanted.os && platform.architecture === wanted.architecture)

const pullImage = (
  { images }: Pick<Parts, 'images'>,
  request: Omit<ImageRequest, 'pull'>,
  options: ProgressOptions<OperationProgress>
): Promise<ResolvedImage> => images.pull(request.image, transferOf(request), options)
