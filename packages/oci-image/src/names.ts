import {
  type CallOptions,
  EngineError,
  type EntityStores,
  type ImageName,
  type RemovedImage
} from '@runcible/interface'
import { collect } from './collect.ts'
import { findImage, type FoundImage, namesOf, notHere, requireImage, setName } from './find-image.ts'
import type { StoreContext } from './init.ts'
import { formatReference } from './reference.ts'
import { localName } from './short-names.ts'

/** Gives an image one more name. A name that pointed at another image moves. */
export function tagImage(context: StoreContext, name: string, newName: string): void {
  const id = formatReference(localName(newName))
  const { record, stored } = requireImage(context, name)
  context.state.transaction((stores) => {
    // Another process may have removed it since.
    if (stores.images.get(record.id) === undefined) throw notHere(name)
    setName(stores, { id, imageId: record.id, digest: stored?.digest ?? record.manifest.digest })
  })
  context.events?.publish({ type: 'image', action: 'tag', id: record.id, name: id })
}

/** Takes names away from an image: the given ones, or all. */
export function untagImage(context: StoreContext, name: string, names?: readonly string[]): void {
  const { record } = requireImage(context, name)
  const ids =
    names?.map((each) => nameIdOf(context, record.id, each)) ?? namesOf(context.state, record.id).map(({ id }) => id)
  context.state.transaction(({ imageNames }) => {
    for (const id of ids) imageNames.delete(id)
  })
  for (const id of ids) context.events?.publish({ type: 'image', action: 'untag', id: record.id, name: id })
}

function nameIdOf(context: StoreContext, imageId: string, name: string): string {
  const found = findImage(context, name)
  if (found?.stored !== undefined && found.record.id === imageId) return found.stored.id
  throw new EngineError('not-found', `image ${imageId.slice(0, 12)} does not have the name ${name}`, {
    subject: { kind: 'image', name }
  })
}

/** Removes a name, or an image with its names; then whatever content nothing refers to any more. */
export async function removeImage(
  context: StoreContext,
  name: string,
  options: CallOptions & { readonly force?: boolean } = {}
): Promise<RemovedImage> {
  const found = requireImage(context, name)
  const removed = context.state.transaction((stores) => removeRecords(stores, found, options.force ?? false))
  for (const id of removed.untagged)
    context.events?.publish({ type: 'image', action: 'untag', id: found.record.id, name: id })
  for (const id of removed.deleted) context.events?.publish({ type: 'image', action: 'remove', id, name: found.name })
  if (removed.deleted.length > 0) await collect(context, { emptied: true })
  return removed
}

function removeRecords(stores: EntityStores, { record, stored }: FoundImage, force: boolean): RemovedImage {
  const names = namesOf(stores, record.id)
  const others = stored === undefined ? names : names.filter(({ id }) => id !== stored.id)
  if (stored !== undefined && others.length > 0) {
    stores.imageNames.delete(stored.id)
    return { untagged: [stored.id], deleted: [] }
  }
  if (stored === undefined && names.length > 1 && !force) throw severalNames(record.id, names)
  for (const { id } of names) stores.imageNames.delete(id)
  const deleted = stores.images.delete(record.id) ? [record.id] : []
  return { untagged: names.map(({ id }) => id), deleted }
}

const severalNames = (id: string, names: readonly ImageName[]): EngineError =>
  new EngineError('in-use', `image ${id.slice(0, 12)} has several names: ${names.map((name) => name.id).join(', ')}`, {
    subject: { kind: 'image', name: id },
    hint: 'remove it by one name after the other, or use --force'
  })
