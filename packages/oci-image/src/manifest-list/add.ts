import { type AddToListRequest, type CallOptions, EngineError, type ManifestList } from '@runcible/interface'
import { changeEntry, withEntry } from '@runcible/oci-spec'
import type { StoreContext } from '../init.ts'
import { takeLease } from '../lease.ts'
import { entriesOf, type EntriesRequest, type ListEntry } from './entries.ts'
import { entryChange } from './entry-change.ts'
import { listOf, requireList, updateList, withMembers } from './records.ts'

/** Adds an image, or with `all` every image of an index. */
export async function addToList(
  context: StoreContext,
  name: string,
  image: string,
  request: AddToListRequest = {},
  options: CallOptions = {}
): Promise<ManifestList> {
  const { entry, ...transfer } = request
  const { id } = requireList(context, name)
  await using _lease = await takeLease(context.state, options)
  const entries = await entriesOf(context, image, transfer satisfies EntriesRequest, options)
  return listOf(addEntries(context, id, entries, entry))
}

/** Records entries, with what a user says about each of them. */
export function addEntries(
  context: StoreContext,
  id: string,
  entries: readonly ListEntry[],
  said: AddToListRequest['entry']
): ReturnType<typeof updateList> {
  const change = entryChange(said)
  if (entries.length > 1 && Object.keys(change.platform ?? {}).length > 0) {
    throw new EngineError('invalid-argument', `one platform cannot be said of ${entries.length} entries`, {
      hint: 'leave out --all, or what describes the platform'
    })
  }
  return updateList(context, id, (current) => {
    const index = entries.reduce((made, { descriptor }) => {
      const added = withEntry(made, descriptor)
      return changeEntry(added, descriptor.digest, change) ?? added
    }, current.index)
    return {
      ...current,
      index,
      members: withMembers(
        current.members,
        entries.map(({ member }) => member)
      )
    }
  })
}
