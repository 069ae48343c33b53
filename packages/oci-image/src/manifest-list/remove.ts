import { type CallOptions, EngineError, type ManifestList } from '@runcible/interface'
import { isDigest, withoutEntry } from '@runcible/oci-spec'
import { collect } from '../collect.ts'
import type { StoreContext } from '../init.ts'
import { noEntry } from './annotate.ts'
import { listOf, requireList, updateList } from './records.ts'

/** Takes an entry from a list. */
export async function removeEntry(context: StoreContext, name: string, digest: string): Promise<ManifestList> {
  const { id } = requireList(context, name)
  if (!isDigest(digest)) {
    throw new EngineError('invalid-argument', `${JSON.stringify(digest.slice(0, 100))} is no digest`, {
      hint: 'name the entry by its digest, sha256: and 64 hex characters'
    })
  }
  const record = updateList(context, id, (current) => {
    const index = withoutEntry(current.index, digest)
    if (index === undefined) throw noEntry(name, digest)
    return { ...current, index, members: current.members.filter((member) => member.digest !== digest) }
  })
  await collect(context)
  return listOf(record)
}

export async function removeList(
  context: StoreContext,
  name: string,
  options: CallOptions = {}
): Promise<ManifestList> {
  const record = requireList(context, name)
  context.state.manifestLists.delete(record.id)
  context.events?.publish({ type: 'image', action: 'untag', id: record.id, name: record.name })
  context.events?.publish({ type: 'image', action: 'remove', id: record.id, name: record.name })
  await collect(context, options)
  return listOf(record)
}
