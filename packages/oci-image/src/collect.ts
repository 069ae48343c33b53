import { type CallOptions, isEngineError, type SnapshotInfo } from '@runcible/interface'
import { chainIds, type Digest, isDigest } from '@runcible/oci-spec'
import type { StoreContext } from './init.ts'
import { whenNoLease } from './lease.ts'

const day = 24 * 60 * 60 * 1000

export interface CollectOptions extends CallOptions {
  /** When no image is left, what cut downloads left goes too. */
  readonly emptied?: boolean
}

/** Snapshots being filled with a layer have keys that begin so. */
export const unpackPrefix = 'unpack/'

/**
 * Deletes every blob and image layer that no record of an image, a manifest list or an artifact refers to, and layers
 * that a dead process left half unpacked. While a transfer runs it does nothing: that transfer's end does it. See lease.ts.
 */
export async function collect(context: StoreContext, options: CollectOptions = {}): Promise<void> {
  await whenNoLease(
    context.state,
    async () => {
      const used = usedContent(context)
      await collectSnapshots(context, used.chains)
      await collectBlobs(context, used.blobs)
      // Bytes of cut downloads wait for the next attempt, but not in a store that has been emptied.
      const keepFor = isEmpty(context) && options.emptied === true ? 0 : day
      await context.content.cleanIngests?.(Date.now() - keepFor)
    },
    options
  )
}

const isEmpty = ({ state }: StoreContext): boolean =>
  [state.images, state.manifestLists, state.artifacts].every((store) => store.list().length === 0)

/** Every blob and layer that some record refers to. */
export function usedContent({ state }: StoreContext): {
  readonly blobs: ReadonlySet<Digest>
  readonly chains: ReadonlySet<string>
} {
  const blobs = new Set<Digest>()
  const chains = new Set<string>()
  for (const image of state.images.list()) {
    for (const descriptor of [image.manifest, image.config, ...image.layers]) blobs.add(descriptor.digest)
    for (const id of chainIds(image.diffIds)) chains.add(id)
  }
  // A name may have a manifest of its own for the image; see push.ts.
  for (const { digest } of state.imageNames.list()) blobs.add(digest)
  const members = state.manifestLists.list().flatMap((list) => list.members)
  const artifacts = state.artifacts.list().flatMap((artifact) => [artifact.manifest.digest, ...artifact.blobs])
  for (const digest of [...members.flatMap((member) => member.blobs), ...artifacts]) blobs.add(digest)
  return { blobs, chains }
}

async function collectBlobs({ content }: StoreContext, used: ReadonlySet<Digest>): Promise<void> {
  const unused: Digest[] = []
  for await (const { digest } of content.list()) {
    if (!used.has(digest)) unused.push(digest)
  }
  await Promise.all(unused.map((digest) => content.delete(digest)))
}

// Children go before their parents; a layer that a container still stands on stays until the container is gone.
async function collectSnapshots({ snapshotter }: StoreContext, used: ReadonlySet<string>): Promise<void> {
  const unused = new Map<string, SnapshotInfo>()
  for await (const info of snapshotter.list()) {
    const ours =
      info.kind === 'committed' ? isDigest(info.key) && !used.has(info.key) : info.key.startsWith(unpackPrefix)
    if (ours) unused.set(info.key, info)
  }
  for (const key of childrenFirst(unused)) {
    try {
      await snapshotter.remove(key)
    } catch (error) {
      if (!isEngineError(error, 'failed-precondition') && !isEngineError(error, 'in-use')) throw error
    }
  }
}

function childrenFirst(snapshots: ReadonlyMap<string, SnapshotInfo>): readonly string[] {
  const depth = (key: string): number => {
    let count = 0
    for (let at = snapshots.get(key)?.parent; at !== undefined; at = snapshots.get(at)?.parent) count++
    return count
  }
  return [...snapshots.keys()]
    .map((key) => [key, depth(key)] as const)
    .toSorted((one, other) => other[1] - one[1])
    .map(([key]) => key)
}
