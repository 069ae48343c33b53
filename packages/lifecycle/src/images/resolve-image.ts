import {
  isEngineError,
  type OperationProgress,
  type ProgressOptions,
  type PullPolicy,
  type ResolvedImage,
  type TransferRequest
} from '@runcible/interface'
import type { Platform } from '@runcible/oci-spec'
import type { Parts } from '../settings.ts'

export interface ImageRequest {
  readonly image: string
  readonly pull?: PullPolicy
  readonly platform?: Platform
  readonly auth?: TransferRequest['auth']
  readonly tlsVerify?: boolean
}

/** The image of a container, from the store or a registry, as the pull policy says. */
export async function resolveImage(
  parts: Pick<Parts, 'images' | 'events'>,
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

async function findHere(parts: Pick<Parts, 'images'>, request: ImageRequest): Promise<ResolvedImage | undefined> {
  try {
    const image = await parts.images.resolve(request.image)
    return matches(image.platform, request.platform) ? image : undefined
  } catch (error) {
    if (isEngineError(error, 'not-found')) return undefined
    throw error
  }
}

const matches = (platform: Platform, wanted: Platform | undefined) =>
  wanted === undefined || (platform.os === wanted.os && platform.architecture === wanted.architecture)

/** Pulls and tells the event log. */
export async function pullImage(
  parts: Pick<Parts, 'images' | 'events'>,
  request: Omit<ImageRequest, 'pull'>,
  options: ProgressOptions<OperationProgress>
): Promise<ResolvedImage> {
  const { image: name, platform, auth, tlsVerify } = request
  const image = await parts.images.pull(
    name,
    { ...(platform ? { platform } : {}), ...(auth ? { auth } : {}), ...(tlsVerify === undefined ? {} : { tlsVerify }) },
    options
  )
  parts.events.publish({ type: 'image', action: 'pull', id: image.id, name: image.name })
  return image
}
