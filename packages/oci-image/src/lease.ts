import { type CallOptions, EngineError, type Lock, type StateStore } from '@runcible/interface'

/*
 * How removal and transfers stay out of each other's way
 *
 * Blobs and layers of a pull are in the store before any record mentions them. What nothing refers to is deleted by
 * `collect` (collect.ts), which must not mistake the one for the other:
 *
 * - A call that needs unrecorded content (pull, import) or reads content for long (push, export) holds a lease: one of
 *   `slots` kernel locks named `content/N`. It takes it while holding the lock `images`, for a moment only.
 * - `collect` holds the lock `images` for its whole, short work. While any lease is held it deletes nothing; since a
 *   lease cannot be taken without `images`, that stays true to its end.
 * - Whoever gives a lease back after changing something calls `collect` next: what a removal left because of the lease
 *   goes then.
 *
 * Kernel locks end with their process: after kill -9 nothing has to be expired, and the next `collect` sees that
 * the blobs of the dead pull belong to nobody. Lock order: `images` → `content/N`; a lease holder takes `layer/…` and
 * ingest locks, never `images`. Reference counts are not stored, so they cannot be wrong: they are counted from the
 * records each time.
 */

const slots = 64
const gate = 'images'
const slotName = (index: number): string => `content/${index}`

/** Keeps `collect` from deleting anything until disposed. */
export async function takeLease(state: StateStore, options: CallOptions = {}): Promise<Lock> {
  await using _gate = await state.lock(gate, options)
  // Nobody else takes a slot now, so a free one stays free until it is taken here.
  for (let index = 0; index < slots; index++) {
    if (!state.isLocked(slotName(index))) return await state.lock(slotName(index), options)
  }
  throw new EngineError('exhausted', `${slots} image transfers run already`, { hint: 'wait for some of them to end' })
}

/** Runs `work` under the lock `images` if nobody holds a lease; otherwise does nothing and gives `undefined`. */
export async function whenNoLease<T>(
  state: StateStore,
  work: () => Promise<T>,
  options: CallOptions = {}
): Promise<T | undefined> {
  await using _gate = await state.lock(gate, options)
  for (let index = 0; index < slots; index++) {
    if (state.isLocked(slotName(index))) return undefined
  }
  return await work()
}
