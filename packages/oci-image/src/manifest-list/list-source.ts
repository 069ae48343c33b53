import {
  EngineError,
  type ManifestListMember,
  type ManifestListRecord,
  type ProgressOptions,
  type PushProgress,
  type TransferRequest
} from '@runcible/interface'
import {
  type Digest,
  encodeIndex,
  isIndexMediaType,
  jsonLimits,
  parseIndex,
  parseJson,
  parseManifest
} from '@runcible/oci-spec'
import type { StoreContext } from '../init.ts'
import { normalizeReference } from '../reference.ts'
import type { FetchedManifest } from '../registry/manifests.ts'
import { contentSource } from '../transport/content-source.ts'
import { missingBlob } from '../transport/files/file-tree.ts'
import type { ImageSource } from '../transport/image-source.ts'
import { openStoreSource } from '../transport/open-source.ts'
import { parseTransport } from '../transport/parse-transport.ts'
import { understood } from '../transport/understood.ts'

/** A list as a source of its index and, through its members, of every image. */
export interface ListSource extends ImageSource {
  /** Has one more manifest, whose blobs nobody will ask for. */
  lend(manifest: FetchedManifest): void
}

/** How the images of a list are read that are at registries. */
export interface MemberAccess {
  readonly request: Omit<TransferRequest, 'platform' | 'signaturePolicy'>
  /** The registry that credentials in `request` are for: no other one gets them. */
  readonly registry: string | undefined
}

/** The caller holds a lease: what is of this store is read from there, the rest from where it was added from. */
export function listSource(
  context: StoreContext,
  { name, index, members }: ManifestListRecord,
  access: MemberAccess,
  options: ProgressOptions<PushProgress> = {}
): ListSource {
  const opened = new Map<string, ImageSource>()
  // What a manifest refers to is found where the manifest is.
  const owners = new Map<Digest, ManifestListMember>(members.map((member) => [member.digest, member]))
  const lent = new Map<Digest, FetchedManifest>()
  const sourceOf = (digest: Digest): ImageSource => {
    const member = owners.get(digest)
    if (member === undefined) throw missingBlob({ digest }, name)
    const key = member.source ?? member.digest
    const known = opened.get(key)
    if (known !== undefined) return known
    const made = open(context, { name, member, access }, options)
    opened.set(key, made)
    return made
  }
  return {
    transport: 'containers-storage',
    name,
    reference: normalizeReference(name),
    lend: (manifest) => void lent.set(manifest.digest, manifest),
    async manifest(digest, call) {
      if (digest === undefined) return encodeIndex(index)
      const extra = lent.get(digest)
      if (extra !== undefined) return extra
      const manifest = await sourceOf(digest).manifest(digest, call)
      const owner = owners.get(digest)
      for (const each of referred(name, manifest)) if (owner !== undefined && !owners.has(each)) owners.set(each, owner)
      return manifest
    },
    async *blob(descriptor, call) {
      yield* sourceOf(descriptor.digest).blob(descriptor, call)
    },
    download: (request, call) => sourceOf(request.descriptor.digest).download(request, call),
    signatures: async (digest, call) => (owners.has(digest) ? await sourceOf(digest).signatures(digest, call) : []),
    async [Symbol.asyncDispose]() {
      for (const source of opened.values()) await source[Symbol.asyncDispose]()
    }
  }
}

interface MemberOpening {
  readonly name: string
  readonly member: ManifestListMember
  readonly access: MemberAccess
}

function open(
  context: StoreContext,
  { name, member, access }: MemberOpening,
  options: ProgressOptions<PushProgress>
): ImageSource {
  if (member.source === undefined) return contentSource(context, { name, reference: undefined, top: member.digest })
  const location = parseTransport(member.source)
  if (location.transport === 'containers-storage')
    throw new EngineError('internal', `${name} has an entry of this store that is named as one of another place`)
  const { auth, registryToken, ...others } = access.request
  const isSame = location.transport === 'docker' && location.reference.registry === access.registry
  const secrets = { ...(auth === undefined ? {} : { auth }), ...(registryToken === undefined ? {} : { registryToken }) }
  return openStoreSource(context, location, { ...others, ...(isSame ? secrets : {}) }, { signal: options.signal })
}

function referred(name: string, { bytes, mediaType }: FetchedManifest): readonly Digest[] {
  const parsed = understood(name, () => parseJson(bytes, jsonLimits.manifest))
  if (isIndexMediaType(mediaType))
    return understood(name, () => parseIndex(parsed)).manifests.map(({ digest }) => digest)
  const { config, layers } = understood(name, () => parseManifest(parsed))
  return [config.digest, ...layers.map(({ digest }) => digest)]
}
