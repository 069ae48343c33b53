import { type AnnotateListRequest, type CallOptions, EngineError, type ManifestList } from '@runcible/interface'
import { changeEntry, type Descriptor, type Digest, type Index, isDigest } from '@runcible/oci-spec'
import type { StoreContext } from '../init.ts'
import { entriesOf, subjectOf } from './entries.ts'
import { entryChange } from './entry-change.ts'
import { listOf, requireList, updateList } from './records.ts'

/** Changes what is said about an entry or about the list. */
export async function annotateList(
  context: StoreContext,
  name: string,
  { target, entry = {}, subject }: AnnotateListRequest,
  options: CallOptions = {}
): Promise<ManifestList> {
  const { id } = requireList(context, name)
  const about = subject === undefined ? undefined : await subjectOf(context, subject, {}, options)
  const digest = target === undefined ? undefined : await targetDigest(context, target, options)
  const record = updateList(context, id, (current) => ({
    ...current,
    index: withSubject(
      digest === undefined
        ? annotated(current.index, entry.annotations)
        : changedEntry(current.index, digest, { name, entry }),
      about
    )
  }))
  return listOf(record)
}

async function targetDigest(context: StoreContext, target: string, options: CallOptions): Promise<Digest> {
  if (isDigest(target)) return target
  const [entry] = await entriesOf(context, target, {}, options)
  return (entry as NonNullable<typeof entry>).descriptor.digest
}

function changedEntry(
  index: Index,
  digest: Digest,
  { name, entry }: { readonly name: string; readonly entry: AnnotateListRequest['entry'] }
): Index {
  const changed = changeEntry(index, digest, entryChange(entry))
  if (changed !== undefined) return changed
  throw noEntry(name, digest)
}

export const noEntry = (name: string, digest: string): EngineError =>
  new EngineError('not-found', `manifest list ${name} has no entry ${digest}`, {
    subject: { kind: 'image', name },
    hint: `see what it has: runcible manifest inspect ${name}`
  })

function annotated(index: Index, annotations: Readonly<Record<string, string>> = {}): Index {
  const notes = { ...index.annotations, ...annotations }
  return Object.keys(notes).length === 0 ? index : { ...index, annotations: notes }
}

const withSubject = (index: Index, subject: Descriptor | undefined): Index =>
  subject === undefined ? index : { ...index, subject }
