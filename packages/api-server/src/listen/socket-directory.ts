import { mkdir, stat } from 'node:fs/promises'
import { EngineError } from '@runcible/interface'

const writableByOthers = 0o022

const passableByGroup = 0o010
const passableByOthers = 0o001

/**
 * Makes sure that only this user, or root, can put anything where the socket is. A directory that is made here has mode
 * 0700, or 0755 when the group `gid` must pass through it.
 *
 * @throws EngineError `permission-denied` when others can write to it, or the group cannot pass
 */
export async function prepareDirectory(directory: string, gid: number | undefined): Promise<void> {
  await mkdir(directory, { recursive: true, mode: gid === undefined ? 0o700 : 0o755 })
  const found = await stat(directory)
  const { mode, uid } = found
  if ((mode & writableByOthers) !== 0 || (uid !== 0 && uid !== process.getuid?.())) throw replaceable(directory)
  const needed = found.gid === gid ? passableByGroup : passableByOthers
  if (gid !== undefined && (mode & needed) === 0) throw impassable(directory)
}

function impassable(directory: string): EngineError {
  return new EngineError('permission-denied', `the group of the socket cannot pass through ${directory}`, {
    subject: { kind: 'host', name: directory },
    hint: 'give the socket a directory of its own, as in unix:///run/runcible-api/runcible.sock'
  })
}

function replaceable(directory: string): EngineError {
  return new EngineError('permission-denied', `others can replace files in ${directory}, the directory of the socket`, {
    subject: { kind: 'host', name: directory },
    hint: 'give the socket a directory of its own, as in unix:///run/runcible/runcible.sock'
  })
}
