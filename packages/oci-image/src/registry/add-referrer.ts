import { isEngineError } from '@runcible/interface'
import {
  type Descriptor,
  digestOf,
  encodeIndex,
  type Index,
  isIndexMediaType,
  jsonLimits,
  type Manifest,
  ociMediaTypes,
  parseIndex,
  parseJson,
  withEntry
} from '@runcible/oci-spec'
import { understood } from '../transport/understood.ts'
import type { RegistryClient } from './client.ts'
import { referrersTag } from './referrers.ts'

export interface Referrer {
  readonly descriptor: Descriptor
  readonly manifest: Manifest
}

/**
 * Makes a pushed manifest with a subject known as a referrer where the registry does not do so itself: in the index under
 * the subject's referrers tag. OCI distribution specification 1.1, "Pushing Manifests with Subject". Two at the same time
 * may lose one entry: the specification's tag has no lock.
 */
export async function addReferrer(
  client: Pick<RegistryClient, 'manifest' | 'putManifest' | 'referrers'>,
  repository: string,
  { descriptor, manifest }: Referrer
): Promise<void> {
  const subject = manifest.subject?.digest
  if (subject === undefined) return
  const known = await client.referrers(repository, subject)
  if (known.some(({ digest }) => digest === descriptor.digest)) return
  const tag = referrersTag(subject)
  const entry: Descriptor = {
    ...descriptor,
    artifactType: manifest.artifactType ?? manifest.config.mediaType,
    ...(manifest.annotations === undefined ? {} : { annotations: manifest.annotations })
  }
  const index = withEntry(await existing(client, repository, tag), entry)
  const { bytes } = encodeIndex(index)
  await client.putManifest(repository, tag, { bytes, mediaType: ociMediaTypes.index, digest: digestOf(bytes) })
}

async function existing(client: Pick<RegistryClient, 'manifest'>, repository: string, tag: string): Promise<Index> {
  const empty: Index = { schemaVersion: 2, mediaType: ociMediaTypes.index, manifests: [] }
  try {
    const { bytes, mediaType } = await client.manifest(repository, tag)
    return isIndexMediaType(mediaType)
      ? understood(`${repository}:${tag}`, () => parseIndex(parseJson(bytes, jsonLimits.manifest)))
      : empty
  } catch (error) {
    if (isEngineError(error, 'not-found')) return empty
    throw error
  }
}
