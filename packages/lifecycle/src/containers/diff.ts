import { EngineError, isEngineError, type CallOptions, type FileChange, type Mount } from '@runcible/interface'
import { findContainer } from '../resolve-name.ts'
import type { Parts } from '../settings.ts'

type DiffParts = Pick<Parts, 'state' | 'snapshotter' | 'differ' | 'images'>
type DiffOptions = CallOptions & { readonly from?: string }

/** Where a start mounts things of the engine's: what the runtime makes there is nothing that the container changed. */
const engineMade = new Set([
  '/dev',
  '/etc/hostname',
  '/etc/hosts',
  '/etc/mtab',
  '/etc/resolv.conf',
  '/proc',
  '/run',
  '/run/.containerenv',
  '/run/notify',
  '/run/secrets',
  '/sys'
])

/** From its image to the container; or from something else. */
export async function* containerChanges(
  parts: DiffParts,
  name: string,
  { from, ...options }: DiffOptions = {}
): AsyncGenerator<FileChange> {
  const record = findContainer(parts.state, name)
  const own = await parts.snapshotter.mounts(record.id)
  if (from !== undefined) {
    await using other = await contentOf(parts, from, options)
    yield* visible(parts.differ.changes({ lower: other.mounts, upper: own }, options))
    return
  }
  await using image = await parts.images.view(record.config.image.id, options)
  yield* visible(parts.differ.changes({ lower: image.mounts, upper: own }, options))
}

/** What an image's topmost layer changed; or from something else to the image. */
export async function* imageChanges(
  parts: DiffParts,
  name: string,
  { from, ...options }: DiffOptions = {}
): AsyncGenerator<FileChange> {
  await using image = await parts.images.view(name, options)
  if (from !== undefined) {
    await using other = await contentOf(parts, from, options)
    yield* visible(parts.differ.changes({ lower: other.mounts, upper: image.mounts }, options))
    return
  }
  await using below = await parts.images.view(name, { ...options, below: true })
  yield* visible(parts.differ.changes({ lower: below.mounts, upper: image.mounts }, options))
}

async function* visible(changes: AsyncIterable<FileChange>): AsyncGenerator<FileChange> {
  for await (const change of changes) if (!engineMade.has(change.path)) yield change
}

interface Content extends AsyncDisposable {
  readonly mounts: readonly Mount[]
}

/** The content of a container, or else of an image, of this name. */
async function contentOf(parts: DiffParts, name: string, options: CallOptions): Promise<Content> {
  try {
    const { id } = findContainer(parts.state, name)
    return { mounts: await parts.snapshotter.mounts(id), [Symbol.asyncDispose]: async () => {} }
  } catch (error) {
    if (!isEngineError(error, 'not-found')) throw error
  }
  try {
    return await parts.images.view(name, options)
  } catch (error) {
    if (!isEngineError(error, 'not-found')) throw error
    throw new EngineError('not-found', `${name}: no such container or image`, { subject: { kind: 'image', name } })
  }
}
