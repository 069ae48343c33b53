import { rmdirSync } from 'node:fs'
import { EngineError } from '@runcible/interface'
import { removeTree, unmountTree } from '@runcible/linux'
import { dataOf, folderOf, mountedFolder, type Context } from './context.ts'
import { volumeError } from './errors.ts'

/** Brings a volume that is half made or half removed to not being there; others stay. The caller holds its lock. */
export function finishLeftover(context: Context, name: string): void {
  const phase = context.state.volumes.get(name)?.phase
  if (phase === undefined) return
  try {
    if (phase === 'removing') deleteFolder(context, name)
    else removeEmptyFolder(context, name)
  } catch (error) {
    throw volumeError(error, name, 'removing')
  }
  context.state.volumes.delete(name)
}

function deleteFolder(context: Context, name: string): void {
  const mounted = mountedFolder(context, name)
  unmountTree(context.linux, mounted)
  // What is mounted there is not the volume's to delete.
  const left = context.linux.mount.list().find(({ mountPoint }) => mountPoint.startsWith(`${mounted}/`))
  if (left !== undefined) {
    throw new EngineError('in-use', `volume ${name} cannot be removed: ${left.mountPoint} is still mounted`, {
      subject: { kind: 'volume', name }
    })
  }
  const { fs } = context.linux
  removeTree(fs, fs.cwd, folderOf(context, name))
}

/** Data of an earlier volume stays. */
export function removeEmptyFolder(context: Context, name: string): void {
  for (const path of [dataOf(context, name), folderOf(context, name)]) {
    try {
      rmdirSync(path)
    } catch {
      // Absent, or not empty.
    }
  }
}
