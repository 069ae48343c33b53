import { isEngineError, type CallOptions } from '@runcible/interface'
import { isVolumeLocked, lockVolume, requireVolume, updateVolume, type Context } from './context.ts'
import { finishLeftover } from './leftover.ts'

/** Hides the volume, then deletes its data, then forgets it. Also finishes what others have left half done. */
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
  finishLeftover(context, name)
}

async function finishOthers(context: Context): Promise<void> {
  const halfDone = context.state.volumes
    .list()
    .filter(({ id, phase }) => phase !== undefined && !isVolumeLocked(context, id))
  for (const { id } of halfDone) {
    await using _lock = await lockVolume(context, id)
    try {
      finishLeftover(context, id)
    } catch (error) {
      // It stays marked; the volume that was asked for is gone.
      if (!isEngineError(error)) throw error
    }
  }
}
