import { randomUUID } from 'node:crypto'
import { type CallOptions, type FileChange, isEngineError, type Mount, type StoreFinding } from '@runcible/interface'
import { createDigester, type Descriptor, type Digest, digestAlgorithm } from '@runcible/oci-spec'
import { unpackPrefix } from '../collect.ts'
import type { StoreContext } from '../init.ts'

interface UnpackedLayer {
  readonly layer: Descriptor
  readonly diffId: Digest
  readonly chain: Digest
  readonly parent: Digest | undefined
}

type Verdict = readonly [kind: StoreFinding['kind'], detail: string]

/** Unpacks the layer once more beside the one that is here, and compares the two. */
export async function layerDamage(
  context: StoreContext,
  { layer, diffId, chain, parent }: UnpackedLayer,
  { signal }: CallOptions
): Promise<Verdict | undefined> {
  const { snapshotter, differ } = context
  const call = signal === undefined ? {} : { signal }
  await using undo = new AsyncDisposableStack()
  try {
    const lower = await view(context, chain, undo, call)
    const key = `${unpackPrefix}check-${randomUUID()}`
    undo.defer(() => snapshotter.remove(key))
    const upper = await snapshotter.prepare(key, parent, { ...call, ephemeral: true })
    await differ.apply(layer, upper, { ...call, diffId })
    const first = await tellingChange(differ.changes({ lower, upper }, call))
    return first === undefined ? undefined : ['layer-damaged', `${first.path} ${ways[first.kind]}`]
  } catch (error) {
    if (!isEngineError(error) || error.code === 'aborted') throw error
    return ['layer-damaged', error.message]
  }
}

/** A directory shows that something happened to its names; what came or went says more. */
async function tellingChange(changes: AsyncIterable<FileChange>): Promise<FileChange | undefined> {
  let last: FileChange | undefined
  let seen = 0
  for await (const change of changes) {
    last = change
    if (change.kind !== 'changed' || ++seen === mostChanges) break
  }
  return last
}

const mostChanges = 100

/** From what is here to what should be. */
const ways = { added: 'is missing', changed: 'is not as the layer has it', deleted: 'is not in the layer' } as const

/** Whether the layer, packed as this store packs, has its digest. */
export async function rederives(
  context: StoreContext,
  { diffId, chain, parent }: UnpackedLayer,
  { signal }: CallOptions
): Promise<boolean> {
  const call = signal === undefined ? {} : { signal }
  await using undo = new AsyncDisposableStack()
  try {
    const lower = parent === undefined ? [] : await view(context, parent, undo, call)
    const upper = await view(context, chain, undo, call)
    const digester = createDigester(digestAlgorithm(diffId))
    for await (const chunk of context.differ.compare({ lower, upper }, call)) digester.update(chunk)
    return digester.digest() === diffId
  } catch (error) {
    if (!isEngineError(error) || error.code === 'aborted') throw error
    return false
  }
}

async function view(
  { snapshotter }: StoreContext,
  chain: Digest,
  undo: AsyncDisposableStack,
  options: CallOptions
): Promise<readonly Mount[]> {
  const key = `${unpackPrefix}check-${randomUUID()}`
  undo.defer(() => snapshotter.remove(key))
  return snapshotter.view(key, chain, options)
}
