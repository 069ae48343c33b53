import { mkdirSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { EngineError, type CallOptions, type Components, type Lock, type StoredVolume } from '@runcible/interface'
import type { Linux } from '@runcible/linux'

export type VolumesLinux = Pick<Linux, 'fs' | 'mount'>

/** What the operations share. */
export interface Context extends Pick<Components, 'state' | 'rootfs'> {
  readonly linux: VolumesLinux
  /** Folder of all volumes, absolute. */
  readonly root: string
}

/** The folder of one volume: `_data` in it is what containers see. */
export const folderOf = ({ root }: Pick<Context, 'root'>, name: string): string => join(root, name)

export const dataOf = (context: Pick<Context, 'root'>, name: string): string => join(folderOf(context, name), '_data')

/** The folder as the kernel names it in its list of mounts. */
export function mountedFolder(context: Context, name: string): string {
  mkdirSync(context.root, { recursive: true, mode: 0o700 })
  return join(realpathSync(context.root), name)
}

const lockName = (name: string) => `volume-${name}`

/** One process at a time makes, fills, mounts or removes a volume. */
export const lockVolume = ({ state }: Context, name: string, options?: CallOptions): Promise<Lock> =>
  state.lock(lockName(name), options)

export const isVolumeLocked = ({ state }: Context, name: string): boolean => state.isLocked(lockName(name))

/** The volume, unless it is only half there. */
export function findVolume({ state }: Context, name: string): StoredVolume | undefined {
  const stored = state.volumes.get(name)
  return stored === undefined || stored.phase !== undefined ? undefined : stored
}

export function requireVolume(context: Context, name: string): StoredVolume {
  const stored = findVolume(context, name)
  if (stored !== undefined) return stored
  throw new EngineError('not-found', `no such volume: ${name}`, { subject: { kind: 'volume', name } })
}

export const updateVolume = ({ state }: Context, name: string, changes: Partial<StoredVolume>): StoredVolume =>
  state.volumes.update(name, (current) => ({ ...current, ...changes }))
