import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type CallOptions, EngineError, type SignaturePlaces, type SignImageRequest } from '@runcible/interface'
import { type Digest, isIndexMediaType, jsonLimits, parseIndex, parseJson } from '@runcible/oci-spec'
import type { OciImageStoreInit } from '../init.ts'
import { normalizeReference, type QualifiedReference } from '../reference.ts'
import type { FetchedManifest } from '../registry/manifests.ts'
import { dockerSource } from '../transport/docker-source.ts'
import { parseTransport, transportOf } from '../transport/parse-transport.ts'
import { createSignatures } from './sign.ts'
import { placesFor } from './store/places.ts'
import { writeLookaside } from './store/lookaside.ts'

export interface SignRegistryImage {
  readonly init: OciImageStoreInit
  readonly places: () => Promise<SignaturePlaces>
  readonly name: string
  readonly request: SignImageRequest
}

/** Signs an image of a registry with GnuPG and keeps the signature beside the registry. Returns the files. */
export async function signRegistryImage(
  { init, places, name, request }: SignRegistryImage,
  options: CallOptions = {}
): Promise<readonly string[]> {
  const reference = registryName(name)
  const { signBy, directory, all = false, ...transfer } = request
  await using source = dockerSource({ init, reference, request: transfer, options })
  const top = await source.manifest(undefined, options)
  const base = directory === undefined ? placesFor(await places(), reference).write : below(directory, reference)
  const written: string[] = []
  for (const digest of [top.digest, ...(all ? parts(top, name) : [])]) {
    const signatures = await createSignatures(
      [{ kind: 'simple', fingerprint: signBy }],
      { digest, identity: reference },
      options
    )
    written.push(...(await writeLookaside(base, digest, signatures)))
  }
  return written
}

function registryName(name: string): QualifiedReference {
  if (transportOf(name) === undefined) return normalizeReference(name)
  const location = parseTransport(name)
  if (location.transport === 'docker') return location.reference
  throw new EngineError('invalid-argument', `${name} is not an image of a registry`, { hint: 'write docker://NAME' })
}

function below(directory: string, { repository }: QualifiedReference): URL {
  return pathToFileURL(`${resolve(directory)}/${repository}`)
}

function parts({ bytes, mediaType }: FetchedManifest, name: string): readonly Digest[] {
  if (isIndexMediaType(mediaType))
    return parseIndex(parseJson(bytes, jsonLimits.manifest)).manifests.map(({ digest }) => digest)
  throw new EngineError('invalid-argument', `${name} is not a multi-architecture image (manifest type ${mediaType})`, {
    hint: 'leave --all out'
  })
}
