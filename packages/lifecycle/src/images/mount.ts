import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { EngineError, type CallOptions, type Image, type Mount, type MountedImage } from '@runcible/interface'
import type { Parts } from '../settings.ts'

type MountParts = Pick<Parts, 'images' | 'snapshotter' | 'rootfs' | 'state' | 'settings'>

/*
 * A mounted image is a view in the snapshotter and a mount in the run root, with a file that says how often it was
 * asked for. The mounts go with the boot, as the run root does; a view that is left then is used or removed by whoever
 * comes next.
 */
const folderOf = ({ settings }: Pick<Parts, 'settings'>, id: string) => join(settings.runRoot, 'image-mounts', id)
const pathOf = (parts: Pick<Parts, 'settings'>, id: string) => join(folderOf(parts, id), 'merged')
const viewOf = (id: string) => `image-mount/${id}`
const lockOf = (id: string) => `image-mount-${id}`

export async function mountImage(parts: MountParts, name: string, options: CallOptions = {}): Promise<MountedImage> {
  const image = await known(parts, name)
  const path = pathOf(parts, image.id)
  await using _lock = await parts.state.lock(lockOf(image.id), options)
  const count = countOf(parts, image.id)
  if (count === 0) {
    const mounts = await viewMounts(parts, image, options)
    mkdirSync(folderOf(parts, image.id), { recursive: true, mode: 0o700 })
    try {
      await parts.rootfs.mountAt(mounts, path)
    } catch (error) {
      await release(parts, image.id)
      throw error
    }
  }
  writeFileSync(join(folderOf(parts, image.id), 'count'), String(count + 1))
  return { image, path }
}

async function viewMounts(parts: MountParts, image: Image, options: CallOptions): Promise<readonly Mount[]> {
  if (image.chainId === undefined)
    throw new EngineError('failed-precondition', `image ${image.id.slice(0, 12)} has no layers to mount`, {
      subject: { kind: 'image', name: image.id }
    })
  const view = viewOf(image.id)
  if ((await parts.snapshotter.stat(view)) !== undefined) return parts.snapshotter.mounts(view)
  return parts.snapshotter.view(view, image.chainId, options)
}

/** Ends one mounting, or with `force` all. Returns the id; `undefined` when the image was not mounted. */
export async function unmountImage(
  parts: MountParts,
  name: string,
  { force = false, ...options }: CallOptions & { readonly force?: boolean } = {}
): Promise<string | undefined> {
  const { id } = await known(parts, name)
  await using _lock = await parts.state.lock(lockOf(id), options)
  const count = countOf(parts, id)
  if (count > 1 && !force) writeFileSync(join(folderOf(parts, id), 'count'), String(count - 1))
  else await release(parts, id)
  return count === 0 ? undefined : id
}

/** The images that are mounted, in the order of `images.list`. */
export async function mountedImages(parts: MountParts, options: CallOptions = {}): Promise<readonly MountedImage[]> {
  const ids = new Set(namesIn(join(parts.settings.runRoot, 'image-mounts')))
  if (ids.size === 0) return []
  const images = await parts.images.list(options)
  return images
    .filter(({ id }) => ids.has(id) && countOf(parts, id) > 0)
    .map((image) => ({ image, path: pathOf(parts, image.id) }))
}

/** Before an image goes: its layers must not be held any more. */
export async function releaseImage(parts: MountParts, id: string, options: CallOptions = {}): Promise<void> {
  if ((await parts.snapshotter.stat(viewOf(id))) === undefined && countOf(parts, id) === 0) return
  await using _lock = await parts.state.lock(lockOf(id), options)
  await release(parts, id)
}

async function release(parts: MountParts, id: string): Promise<void> {
  await parts.rootfs.unmountAt(pathOf(parts, id))
  await parts.snapshotter.remove(viewOf(id))
  rmSync(folderOf(parts, id), { recursive: true, force: true })
}

/** A count without a mount is from somebody who died in between. */
function countOf(parts: MountParts, id: string): number {
  if (!parts.rootfs.isMountedAt(pathOf(parts, id))) return 0
  try {
    return Number(readFileSync(join(folderOf(parts, id), 'count'), 'utf8')) || 1
  } catch {
    return 1
  }
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

async function known({ images }: Pick<Parts, 'images'>, name: string): Promise<Image> {
  const image = await images.get(name)
  if (image !== undefined) return image
  throw new EngineError('not-found', `${name}: image not known`, { subject: { kind: 'image', name } })
}
