import {
  EngineError,
  type EntityStores,
  type Image,
  type ImageName,
  type ImageRecord,
  type StateStore
} from '@runcible/interface'
import { type Digest, digestHex, isDigest } from '@runcible/oci-spec'
import { shortNames, type StoreContext } from './init.ts'
import { formatReference, type QualifiedReference, repositoryName } from './reference.ts'
import { localCandidates } from './short-names.ts'

type ImageStores = Pick<EntityStores, 'images' | 'imageNames'>

/** An image and what it was found by. */
export interface FoundImage {
  readonly record: ImageRecord
  /** The stored name, when it was asked for by one. */
  readonly stored: ImageName | undefined
  /** The name, normalised; the id when it was asked for by id. */
  readonly name: string
}

const hex = /^[0-9a-f]{1,64}$/
const fullId = /^[0-9a-f]{64}$/

/**
 * A whole id or digest first, then names, then the beginning of an id.
 *
 * @throws EngineError `invalid-argument` for what is neither a reference nor an id, and for an ambiguous prefix.
 */
export function findImage(context: Pick<StoreContext, 'state' | 'init'>, name: string): FoundImage | undefined {
  const { state } = context
  const id = name.startsWith('sha256:') ? name.slice(7) : name
  if (fullId.test(id)) {
    const record = state.images.get(id) ?? byManifest(state, `sha256:${id}`)
    return record && { record, stored: undefined, name: record.id }
  }
  const candidates = hex.test(id) && name !== id ? [] : localCandidates(name, shortNames(context.init))
  for (const candidate of candidates) {
    const found = byReference(state, candidate)
    if (found !== undefined) return found
  }
  return hex.test(id) ? byPrefix(state, id) : undefined
}

/** As `findImage`; `not-found` when there is none. */
export function requireImage(context: Pick<StoreContext, 'state' | 'init'>, name: string): FoundImage {
  const found = findImage(context, name)
  if (found !== undefined) return found
  throw notHere(name)
}

export const notHere = (name: string): EngineError =>
  new EngineError('not-found', `no image ${name} here`, {
    subject: { kind: 'image', name },
    hint: `pull it first: runcible pull ${name}`
  })

function byReference(stores: ImageStores, reference: QualifiedReference): FoundImage | undefined {
  const name = formatReference(reference)
  const stored = stores.imageNames.get(name)
  const record = stored && stores.images.get(stored.imageId)
  if (record !== undefined) return { record, stored, name }
  return reference.digest === undefined ? undefined : byRepositoryDigest(stores, reference, reference.digest)
}

// `repository@digest` also finds an image that came by a tag of that repository.
function byRepositoryDigest(
  stores: ImageStores,
  reference: QualifiedReference,
  digest: Digest
): FoundImage | undefined {
  const repository = repositoryName(reference)
  for (const stored of stores.imageNames.list()) {
    if (nameRepository(stored.id) !== repository) continue
    const record = stores.images.get(stored.imageId)
    if (record === undefined || (stored.digest !== digest && record.manifest.digest !== digest)) continue
    return { record, stored, name: formatReference(reference) }
  }
  return undefined
}

function byManifest(stores: ImageStores, digest: Digest): ImageRecord | undefined {
  return stores.images.list().find((image) => image.manifest.digest === digest)
}

function byPrefix(stores: ImageStores, prefix: string): FoundImage | undefined {
  const [record, other] = stores.images.withPrefix(prefix, 2)
  if (record === undefined) return undefined
  if (other === undefined) return { record, stored: undefined, name: record.id }
  throw new EngineError('invalid-argument', `several images have ids that begin with ${prefix}`, {
    subject: { kind: 'image', name: prefix },
    hint: 'give more digits of the id'
  })
}

/** `registry/repository` of a stored name. */
export function nameRepository(name: string): string {
  const at = name.indexOf('@')
  return at >= 0 ? name.slice(0, at) : name.slice(0, name.lastIndexOf(':'))
}

const isDigestName = (name: string): boolean => isDigest(name.slice(name.indexOf('@') + 1))

/** Images with the names that point at them, in the order they came. */
export function listImages({ images, imageNames }: ImageStores): readonly Image[] {
  const names = Map.groupBy(imageNames.list(), (name) => name.imageId)
  return images.list().map((record) => withNames(record, names.get(record.id) ?? []))
}

/** One image with its names. */
export function imageOf(stores: ImageStores, record: ImageRecord): Image {
  return withNames(record, namesOf(stores, record.id))
}

export function namesOf(stores: ImageStores, imageId: string): readonly ImageName[] {
  return stores.imageNames.list().filter((name) => name.imageId === imageId)
}

function withNames(record: ImageRecord, names: readonly ImageName[]): Image {
  const digests = names.flatMap(({ id, digest }) =>
    [digest, record.manifest.digest].map((each) => `${nameRepository(id)}@${each}`)
  )
  return {
    ...record,
    names: names.map(({ id }) => id).filter((id) => !isDigestName(id)),
    digests: [...new Set(digests)]
  }
}

/** The image id that a config's digest gives. */
export const imageId = (config: Digest): string => digestHex(config).slice(0, 64)

/** Makes a name point at an image that is here, whatever it pointed at before. */
export function setName({ images, imageNames }: ImageStores, name: ImageName): void {
  if (imageNames.get(name.id) === undefined) imageNames.insert(name)
  else imageNames.update(name.id, () => name)
  const { nameHistory = [] } = images.get(name.imageId) ?? {}
  if (nameHistory[0] === name.id || images.get(name.imageId) === undefined) return
  const earlier = nameHistory.filter((each) => each !== name.id)
  images.update(name.imageId, (image) => ({ ...image, nameHistory: [name.id, ...earlier] }))
}

/** Keeps the record of an image whose content is here, and the name it was made under. */
export function recordImage(
  state: Pick<StateStore, 'transaction'>,
  name: string | undefined,
  made: ImageRecord
): FoundImage {
  return state.transaction((stores) => {
    if (stores.images.get(made.id) === undefined) stores.images.insert(made)
    const stored = name === undefined ? undefined : { id: name, imageId: made.id, digest: made.manifest.digest }
    if (stored !== undefined) setName(stores, stored)
    return { record: stores.images.get(made.id) ?? made, stored, name: name ?? made.id }
  })
}
