import { EngineError, type ManifestList, type ManifestListMember, type ManifestListRecord } from '@runcible/interface'
import { encodeIndex, type Index, jsonLimits } from '@runcible/oci-spec'
import { findImage } from '../find-image.ts'
import { shortNames, type StoreContext } from '../init.ts'
import { formatReference } from '../reference.ts'
import { localCandidates } from '../short-names.ts'

type Context = Pick<StoreContext, 'state' | 'init'>

/** More than there are platforms; it bounds what one name can make us do. */
export const mostEntries = 1000

const hex = /^[0-9a-f]{1,64}$/

/** By name, by id, or by the beginning of an id. */
export function findList({ state, init }: Context, name: string): ManifestListRecord | undefined {
  const id = name.startsWith('sha256:') ? name.slice(7) : name
  if (hex.test(id) && id.length === 64) return state.manifestLists.get(id)
  if (!(hex.test(id) && name !== id)) {
    for (const reference of localCandidates(name, shortNames(init))) {
      const found = state.manifestLists.find(formatReference(reference))
      if (found !== undefined) return found
    }
  }
  if (!hex.test(id)) return undefined
  const [found, other] = state.manifestLists.withPrefix(id, 2)
  if (other === undefined) return found
  throw new EngineError('invalid-argument', `several manifest lists have ids that begin with ${id}`, {
    subject: { kind: 'image', name },
    hint: 'give more digits of the id'
  })
}

/** @throws EngineError `not-found`, and `invalid-argument` for an image that is no list. */
export function requireList(context: Context, name: string): ManifestListRecord {
  const found = findList(context, name)
  if (found !== undefined) return found
  const subject = { kind: 'image', name } as const
  if (findImage(context, name) !== undefined)
    throw new EngineError('invalid-argument', `${name}: image is not a manifest list`, { subject })
  throw new EngineError('not-found', `${name}: image not known`, {
    subject,
    hint: 'see which lists there are: runcible images --filter manifest=true'
  })
}

/** The list as it is now. */
export function listOf({ id, name, index, createdAt }: ManifestListRecord): ManifestList {
  const { bytes, mediaType, digest } = encodeIndex(index)
  return { id, name, index: { ...index, mediaType }, bytes, digest, createdAt }
}

/** An index that may be kept and sent. */
export function checkedIndex(name: string, index: Index): Index {
  const subject = { kind: 'image', name } as const
  if (index.manifests.length > mostEntries)
    throw new EngineError(
      'exhausted',
      `${name} would have ${index.manifests.length} entries; the limit is ${mostEntries}`,
      { subject }
    )
  const { length } = encodeIndex(index).bytes
  if (length <= jsonLimits.manifest.maxBytes) return index
  throw new EngineError(
    'exhausted',
    `${name} would have ${length} bytes; manifests are at most ${jsonLimits.manifest.maxBytes / 1024 / 1024} MiB`,
    {
      subject,
      hint: 'say less in annotations'
    }
  )
}

/** Changes a list that may have changed or gone since it was found. */
export function updateList(
  { state }: Context,
  id: string,
  change: (current: ManifestListRecord) => ManifestListRecord
): ManifestListRecord {
  return state.manifestLists.update(id, (current) => {
    const next = change(current)
    return { ...next, index: checkedIndex(current.name, next.index) }
  })
}

/** Members with these in place of those of the same digest. */
export function withMembers(
  old: readonly ManifestListMember[],
  added: readonly ManifestListMember[]
): readonly ManifestListMember[] {
  const digests = new Set(added.map(({ digest }) => digest))
  return [...old.filter(({ digest }) => !digests.has(digest)), ...added]
}
