import { EngineError } from '@runcible/interface'
import {
  type Digest,
  digestAlgorithm,
  digestOf,
  dockerMediaTypes,
  jsonLimits,
  ociMediaTypes,
  parseJson
} from '@runcible/oci-spec'
import type { FetchedManifest } from '../registry/manifests.ts'
import { understood } from './understood.ts'

export interface ExpectedManifest {
  readonly digest: Digest
  /** What refers to it says; the document's own word counts when this is empty. */
  readonly mediaType: string
  readonly place: string
}

/** Bytes as the manifest they must be. */
export function checkedManifest(bytes: Uint8Array, { digest, mediaType, place }: ExpectedManifest): FetchedManifest {
  const actual = digestOf(bytes, digestAlgorithm(digest))
  if (actual !== digest) {
    throw new EngineError('corrupt', `the manifest of ${place} has digest ${actual} instead of ${digest}`, {
      subject: { kind: 'blob', name: digest }
    })
  }
  return { bytes, digest, mediaType: mediaType === '' ? mediaTypeOf(bytes, place) : mediaType }
}

/** What a document says or shows that it is. Docker's documents always say it. */
export function mediaTypeOf(bytes: Uint8Array, place: string): string {
  const document = understood(place, () => parseJson(bytes, jsonLimits.manifest))
  const object = (typeof document === 'object' && document !== null ? document : {}) as Readonly<
    Record<string, unknown>
  >
  if (typeof object['mediaType'] === 'string' && object['mediaType'] !== '') return object['mediaType']
  if (Array.isArray(object['manifests'])) return ociMediaTypes.index
  const config = object['config'] as { readonly mediaType?: unknown } | undefined
  return config?.mediaType === dockerMediaTypes.config ? dockerMediaTypes.manifest : ociMediaTypes.manifest
}
