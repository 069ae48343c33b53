import type { SnapshotUsage } from '@runcible/interface'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { throwIfAborted } from '../errors.ts'

const BLOCK_UNIT = 512n

/**
 * What the files below `root` (and `root` itself) take on disk; a file with several names counts once. What is nested
 * deeper than a path can say is left out.
 */
export const diskUsage = async (root: string, signal?: AbortSignal): Promise<SnapshotUsage> => {
  const linked = new Set<string>()
  let size = 0n
  let inodes = 0
  const visit = async (path: Buffer): Promise<void> => {
    throwIfAborted(signal, 'measuring a snapshot')
    const status = await lstat(path, { bigint: true }).catch(gone)
    if (status === undefined) return
    const id = `${status.dev}:${status.ino}`
    if (status.nlink > 1n && !status.isDirectory()) {
      if (linked.has(id)) return
      linked.add(id)
    }
    size += status.blocks * BLOCK_UNIT
    inodes++
    if (!status.isDirectory()) return
    for (const name of (await readdir(path, { encoding: 'buffer' }).catch(gone)) ?? [])
      await visit(Buffer.concat([path, slash, name]))
  }
  await visit(Buffer.from(root))
  return { size: Number(size), inodes }
}

const slash = Buffer.from('/')

/** A container may delete what is being counted, or hide it from paths. */
const gone = (error: unknown): undefined => {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG') return undefined
  throw error
}

/** The path of the files of a layer directory. */
export const filesIn = (layer: string): string => join(layer, 'fs')
