import { chmodSync, chownSync, readdirSync, statSync } from 'node:fs'
import { posix } from 'node:path'
import type { CallOptions, Mount, StoredVolume } from '@runcible/interface'
import { dataOf, updateVolume, type Context } from './context.ts'
import { volumeError } from './errors.ts'

interface CopyUpRequest {
  readonly stored: StoredVolume
  /** Root mounts of the container. */
  readonly from: readonly Mount[]
  /** Path in there. */
  readonly target: string
}

const typeBits = 0o170000
const directoryBits = 0o040000
const permissionBits = 0o7777

/** Whether a mount with an image's content at hand has anything to copy or to decide. */
export const mayCopyUp = (stored: StoredVolume): boolean => stored.copyUp !== 'over'

/**
 * Fills an empty volume with what the image has at `target`, and gives it that directory's owner and mode: those also
 * when there is nothing to copy, but then only at the first use. A copy that was interrupted is done again, over what
 * there is. The caller holds the volume's lock.
 */
export async function copyUp(context: Context, request: CopyUpRequest, options: CallOptions): Promise<void> {
  const { stored, from, target } = request
  const name = stored.id
  const data = dataOf(context, name)
  try {
    if (stored.copyUp !== 'begun' && !isEmpty(data)) {
      updateVolume(context, name, { used: true, copyUp: 'over' })
      return
    }
    await using image = await context.rootfs.open({ mounts: from }, { ...options, readonly: true })
    const directory = await image.stat(target)
    if (directory === undefined || (directory.mode & typeBits) !== directoryBits) return
    const before = statSync(data)
    updateVolume(context, name, { copyUp: 'begun' })
    await using volume = await context.rootfs.open(
      { mounts: [{ type: 'bind', source: data, options: ['bind'] }] },
      options
    )
    await volume.extract('/', image.archive(posix.join(target, '/') + '.', options), { ...options, overwrite: true })
    const isFilled = !isEmpty(data)
    // The archive's entry for the directory itself may have changed them.
    setOwner(data, isFilled || stored.used !== true ? directory : before)
    context.state.volumes.update(name, ({ copyUp: _begun, ...current }) =>
      isFilled ? { ...current, copyUp: 'over', record: { ...current.record, copiedUp: true } } : current
    )
  } catch (error) {
    throw volumeError(error, name, "copying the image's files into")
  }
}

const isEmpty = (directory: string) => readdirSync(directory).length === 0

function setOwner(
  path: string,
  { uid, gid, mode }: { readonly uid: number; readonly gid: number; readonly mode: number }
): void {
  const now = statSync(path)
  if (now.uid !== uid || now.gid !== gid) chownSync(path, uid, gid)
  // A change of owner clears the set-id bits.
  if ((statSync(path).mode & permissionBits) !== (mode & permissionBits)) chmodSync(path, mode & permissionBits)
}
