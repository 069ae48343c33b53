import { randomBytes } from 'node:crypto'
import {
  type CallOptions,
  type CreateListRequest,
  EngineError,
  type ManifestList,
  type ManifestListRecord
} from '@runcible/interface'
import { type Index, withEntry } from '@runcible/oci-spec'
import { findImage } from '../find-image.ts'
import type { StoreContext } from '../init.ts'
import { takeLease } from '../lease.ts'
import { formatReference, type QualifiedReference } from '../reference.ts'
import { localName } from '../short-names.ts'
import { entriesOf, type ListEntry } from './entries.ts'
import { checkedIndex, findList, listOf, updateList, withMembers } from './records.ts'

/** A list of the given images, or one more step of a list that is there. */
export async function createList(
  context: StoreContext,
  name: string,
  request: CreateListRequest = {},
  options: CallOptions = {}
): Promise<ManifestList> {
  const reference = localName(name)
  if (reference.digest !== undefined)
    throw new EngineError('invalid-argument', `a manifest list is named by a tag, not by a digest: ${name}`)
  const { images = [], all = false, amend = false, annotations = {}, tlsVerify } = request
  const old = freeName(context, name, reference, amend)
  // What is added must still be there when the record mentions it.
  await using _lease = await takeLease(context.state, options)
  const entries: ListEntry[] = []
  for (const image of images)
    entries.push(
      ...(await entriesOf(context, image, { all, ...(tlsVerify === undefined ? {} : { tlsVerify }) }, options))
    )
  const record =
    old === undefined ? insert(context, reference, entries, annotations) : extend(context, old, entries, annotations)
  context.events?.publish({ type: 'image', action: 'manifest-create', id: record.id, name: record.name })
  return listOf(record)
}

function freeName(
  context: StoreContext,
  name: string,
  reference: QualifiedReference,
  amend: boolean
): ManifestListRecord | undefined {
  const old = findList(context, formatReference(reference))
  if (old !== undefined && amend) return old
  const taken = old?.id ?? findImage(context, formatReference(reference))?.record.id
  if (taken === undefined) return undefined
  throw new EngineError(
    'already-exists',
    `the name ${formatReference(reference)} is taken by ${old === undefined ? 'an image' : 'a manifest list'} (${taken.slice(0, 12)})`,
    {
      subject: { kind: 'image', name },
      hint:
        old === undefined
          ? 'choose another name'
          : 'give --amend to go on with it, or remove it with "runcible manifest rm"'
    }
  )
}

function insert(
  { state }: StoreContext,
  reference: QualifiedReference,
  entries: readonly ListEntry[],
  annotations: Readonly<Record<string, string>>
): ManifestListRecord {
  const name = formatReference(reference)
  const notes = Object.keys(annotations).length === 0 ? {} : { annotations }
  const empty: Index = { schemaVersion: 2, manifests: [], ...notes }
  const record: ManifestListRecord = {
    id: randomBytes(32).toString('hex'),
    name,
    index: checkedIndex(
      name,
      entries.reduce((index, { descriptor }) => withEntry(index, descriptor), empty)
    ),
    members: withMembers(
      [],
      entries.map(({ member }) => member)
    ),
    createdAt: Date.now()
  }
  state.manifestLists.insert(record)
  return record
}

function extend(
  context: StoreContext,
  { id }: ManifestListRecord,
  entries: readonly ListEntry[],
  annotations: Readonly<Record<string, string>>
): ManifestListRecord {
  return updateList(context, id, (current) => {
    const index = entries.reduce((made, { descriptor }) => withEntry(made, descriptor), current.index)
    const notes = { ...index.annotations, ...annotations }
    return {
      ...current,
      index: Object.keys(notes).length === 0 ? index : { ...index, annotations: notes },
      members: withMembers(
        current.members,
        entries.map(({ member }) => member)
      )
    }
  })
}
