import { mkdir, stat } from 'node:fs/promises'
import { EngineError } from '@runcible/interface'

const writableByOthers = 0o022

/**
 * Makes sure that only this user, or root, can put anything where the socket is. A directory that is made here has mode
 * 0700, or 0755 when a group must pass through it.
 *
 * @throws EngineError `permission-denied` when others can write to it
 */
export async function prepareDirectory(directory: string, isForGroup: boolean): Promise<void> {
  await mkdir(directory, { recursive: true, mode: isForGroup ? 0o755 : 0o700 })
  const { mode, uid } = await stat(directory)
  if ((mode & writableByOthers) === 0 && (uid === 0 || uid === process.getuid?.())) return
  throw new EngineError('permission-denied', `others can replace files in ${directory}, the directory of the socket`, {
    subject: { kind: 'host', name: directory },
    hint: 'give the socket a directory of its own, as in unix:///run/runcible/runcible.sock'
  })
}
