import { EngineError, isEngineError, type CallOptions } from '@runcible/interface'
import { unmountTree } from '@runcible/linux'
import { folderOf, lockVolume, mountedFolder, requireVolume, updateVolume, type Context } from './context.ts'
import { volumeError } from './errors.ts'
import { removeTree } from './remove-tree.ts'

/** Hides the volume, then deletes its data, then forgets it. Also finishes removals that were interrupted. */
export async function removeVolume(context: Context, name: string, options?: CallOptions): Promise<void> {
  await removeOne(context, name, options)
  // Without the lock of the first: two removals must not wait for each other.
  await finishOthers(context)
}

async function removeOne(context: Context, name: string, options?: CallOptions): Promise<void> {
  await using _lock = await lockVolume(context, name, options)
  if (context.state.volumes.get(name)?.phase !== 'removing') {
    requireVolume(context, name)
    updateVolume(context, name, { phase: 'removing' })
  }
  finishRemoval(context, name)
}

/** Deletes the data of a volume that nobody sees any more. The caller holds its lock. */
export function finishRemoval(context: Context, name: string): void {
  try {
    const mounted = mountedFolder(context, name)
    unmountTree(context.linux, mounted)
    // What is mounted there is not the volume's to delete.
    const left = context.linux.mount.list().find(({ mountPoint }) => mountPoint.startsWith(`${mounted}/`))
    if (left !== undefined) {
      throw new EngineError('in-use', `volume ${name} cannot be removed: ${left.mountPoint} is still mounted`, {
        subject: { kind: 'volume', name }
      })
    }
    removeTree(context.linux.fs, folderOf(context, name))
    context.state.volumes.delete(name)
  } catch (error) {
    throw volumeError(error, name, 'removing')
  }
}

async function finishOthers(context: Context): Promise<void> {
  const interrupted = context.state.volumes
    .list()
    .filter(({ id, phase }) => phase === 'removing' && !context.state.isLocked(`volume-${id}`))
  for (const { id } of interrupted) {
    await using _lock = await lockVolume(context, id)
    try {
      if (context.state.volumes.get(id)?.phase === 'removing') finishRemoval(context, id)
    } catch (error) {
      // It stays marked; the volume that was asked for is gone.
      if (!isEngineError(error)) throw error
    }
  }
}
