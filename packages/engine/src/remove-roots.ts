import { existsSync, readFileSync } from 'node:fs'
import { readdir, rm, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EngineError } from '@runcible/interface'
import { parseMountInfo } from '@runcible/linux'

/** What the parts of an engine keep, by the names that `assemble` and the operations give. */
const ofRoot = new Set([
  'containers',
  'content',
  'secrets',
  'snapshots',
  'state.db',
  'state.db-shm',
  'state.db-wal',
  'tmp',
  'volumes'
])
const ofRunRoot = new Set(['containers', 'image-mounts', 'locks', 'netns', 'secrets', 'tasks', 'tmp'])

/**
 * Removes what an engine keeps below its two directories, and these themselves when nothing else is in them. Returns
 * the paths that are not the engine's and stay. `failed-precondition` while something is mounted below: that may be
 * data of somebody else.
 */
export async function removeRoots(root: string, runRoot: string): Promise<readonly string[]> {
  const points = mountPoints([root, runRoot])
  if (points.length > 0)
    throw new EngineError('failed-precondition', `still mounted, so that nothing was deleted: ${points.join(', ')}`, {
      hint: `unmount it, for example: umount ${points.at(-1)}`
    })
  const left = [...(await removeOwn(runRoot, ofRunRoot)), ...(await removeOwn(root, ofRoot))]
  // Whoever waited for a lock makes its file anew, to find that there is nothing to do.
  for (let again = 0; again < 5 && left.length === 0 && existsSync(runRoot); again++) {
    await sleep(20)
    await removeOwn(runRoot, ofRunRoot)
  }
  return left
}

/** Strictly below one of the directories: each may be a mount of its own. */
function mountPoints(directories: readonly string[]): readonly string[] {
  return parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'))
    .map(({ mountPoint }) => mountPoint)
    .filter((point) => directories.some((directory) => point.startsWith(`${directory}/`)))
}

async function removeOwn(directory: string, own: ReadonlySet<string>): Promise<readonly string[]> {
  const names = await entriesOf(directory)
  for (const name of names.filter((each) => own.has(each)))
    await rm(join(directory, name), { recursive: true, force: true })
  const left = names.filter((name) => !own.has(name)).map((name) => join(directory, name))
  if (left.length === 0) await removeEmpty(directory)
  return left
}

async function entriesOf(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/** A mount point stays, and so does a directory that something new has come into. */
async function removeEmpty(directory: string): Promise<void> {
  try {
    await rmdir(directory)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!['ENOENT', 'EBUSY', 'ENOTEMPTY', 'EEXIST'].includes(code)) throw error
  }
}
