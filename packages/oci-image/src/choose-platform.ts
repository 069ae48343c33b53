import { EngineError } from '@runcible/interface'
import {
  type Descriptor,
  formatPlatform,
  type Index,
  isIndexMediaType,
  isManifestMediaType,
  matchPlatform,
  type Platform
} from '@runcible/oci-spec'
import { cleanText } from './registry/redact.ts'

/**
 * The manifest of an index that suits a platform.
 *
 * @throws EngineError `not-found` that lists what there is; `corrupt` for an index of nothing, `unsupported` for one of
 *   indexes.
 */
export function choosePlatform(name: string, index: Index, wanted: Platform): Descriptor {
  const subject = { kind: 'image', name } as const
  if (index.manifests.length === 0) throw new EngineError('corrupt', `the index of image ${name} is empty`, { subject })
  const manifests = index.manifests.filter(({ mediaType }) => isManifestMediaType(mediaType))
  const chosen = matchPlatform(wanted, manifests) ?? onlyUnlabelled(manifests)
  if (chosen !== undefined) return chosen
  if (manifests.length === 0 && index.manifests.some(({ mediaType }) => isIndexMediaType(mediaType))) {
    throw new EngineError(
      'unsupported',
      `the index of image ${name} lists only further indexes, which are not searched`,
      {
        subject,
        hint: 'name one of them by its digest'
      }
    )
  }
  const offered = [
    ...new Set(manifests.flatMap(({ platform }) => (platform === undefined ? [] : [formatPlatform(platform)])))
  ]
  // Attestations are filed under the platform unknown/unknown.
  const real = offered.filter((platform) => !platform.startsWith('unknown/')).map((platform) => cleanText(platform, 60))
  throw new EngineError(
    'not-found',
    `image ${name} is not made for ${formatPlatform(wanted)}; it is for: ${real.join(', ') || 'no named platform'}`,
    {
      subject,
      ...(real.length === 0 ? {} : { hint: `choose one of them with --platform, for example --platform ${real[0]}` })
    }
  )
}

// An index of one manifest that names no platform: the config is checked later, as for a lone manifest.
function onlyUnlabelled(manifests: readonly Descriptor[]): Descriptor | undefined {
  const [first, ...others] = manifests
  return first !== undefined && others.length === 0 && first.platform === undefined ? first : undefined
}
