import type { CallOptions, CompareRequest, FileChange } from '@runcible/interface'
import type { FileCalls } from '@runcible/linux'
import { throwIfAborted } from '../errors.ts'
import { mountPrivately } from '../mounted-root.ts'
import type { CompareCalls } from './compare.ts'
import { differenceLayer } from './difference-layer.ts'
import { OPAQUE, OPEN_DIRECTORY } from './directory-tree.ts'
import { namesLeftIn } from './names-in.ts'
import { openDirectory } from './pack-entries.ts'
import { readonlyMount } from './readonly-mount.ts'
import { isSame, statusOf } from './same-file.ts'
import { shownName } from './tar-entry.ts'
import { join } from './tree-path.ts'
import { isWhiteoutDevice } from './whiteout.ts'

/** One directory in both states. */
interface Place {
  /** `undefined` when there was no such directory. */
  readonly before: number | undefined
  readonly after: number
  readonly path: string
  /** What is absent after is as it was before, and deletions are devices 0/0: an upper directory of an overlay. */
  readonly merged: boolean
}

interface Walk {
  readonly fs: FileCalls
  readonly signal: AbortSignal | undefined
}

type Verdict = FileChange['kind'] | undefined

/** What became of each name here. In a layer, a file that is there was written. */
const verdicts = ({ fs }: Walk, { before, after, merged }: Place, written: boolean): ReadonlyMap<string, Verdict> => {
  const found = new Map<string, Verdict>()
  if (!merged && before !== undefined) for (const name of namesLeftIn(before)) found.set(name, 'deleted')
  for (const name of namesLeftIn(after)) {
    const status = statusOf(fs, after, name)
    if (status === undefined) continue
    const old = before === undefined ? undefined : statusOf(fs, before, name)
    if (written && isWhiteoutDevice(status)) {
      if (old === undefined) found.delete(name)
      else found.set(name, 'deleted')
    } else if (before === undefined || old === undefined) found.set(name, 'added')
    else {
      const same = (written && status.type !== 'directory') || !isSame({ fs, before, after, name })
      found.set(name, same ? 'changed' : undefined)
    }
  }
  return found
}

const membershipChanged = (kinds: ReadonlyMap<string, Verdict>): boolean =>
  [...kinds.values()].some((kind) => kind === 'added' || kind === 'deleted')

function* walk(context: Walk, place: Place, written: boolean): Generator<FileChange> {
  const { fs, signal } = context
  throwIfAborted(signal, 'comparing files')
  const kinds = verdicts(context, place, written)
  for (const name of [...kinds.keys()].toSorted((a, b) => (a < b ? -1 : 1))) {
    const path = join(place.path, name)
    const kind = kinds.get(name)
    const after = kind === 'deleted' ? undefined : openDirectory(fs, place.after, name)
    const before = place.before === undefined || after === undefined ? undefined : openDirectory(fs, place.before, name)
    try {
      const shown = `/${shownName(path)}`
      if (after === undefined) {
        if (kind !== undefined) yield { kind, path: shown }
        continue
      }
      const merged = place.merged && fs.getXattr(after, OPAQUE)?.toString() !== 'y'
      const child = { before, after, path, merged }
      // Whose names changed has changed, also where the clock did not show it.
      const own = kind ?? (membershipChanged(verdicts(context, child, written)) ? 'changed' : undefined)
      if (own !== undefined) yield { kind: own, path: shown }
      yield* walk(context, child, written)
    } finally {
      if (after !== undefined) fs.close(after)
      if (before !== undefined) fs.close(before)
    }
  }
}

/** What is different between two states, as a list. */
export async function* listChanges(
  { linux, tmp }: CompareCalls,
  request: CompareRequest,
  { signal }: CallOptions
): AsyncGenerator<FileChange> {
  const { fs } = linux
  const layer = differenceLayer(request)
  using before = request.lower.length === 0 ? undefined : mountPrivately(linux, tmp, request.lower.map(readonlyMount))
  if (layer === undefined) {
    using after = mountPrivately(linux, tmp, request.upper.map(readonlyMount))
    yield* walk({ fs, signal }, { before: before?.fd, after: after.fd, path: '', merged: false }, false)
    return
  }
  const after = fs.openAt(fs.cwd, layer, OPEN_DIRECTORY)
  try {
    yield* walk({ fs, signal }, { before: before?.fd, after, path: '', merged: before !== undefined }, true)
  } finally {
    fs.close(after)
  }
}
