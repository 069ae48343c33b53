import { lstat, readdir } from 'node:fs/promises'

const slash = Buffer.from('/')
const BLOCK = 512

/** Bytes on disk of everything below a directory; a file with several names counts once. */
export async function directorySize(root: string, signal?: AbortSignal): Promise<number> {
  const linked = new Set<string>()
  const visit = async (path: Buffer): Promise<number> => {
    signal?.throwIfAborted()
    const status = await lstat(path).catch(() => undefined)
    if (status === undefined) return 0
    if (!status.isDirectory()) {
      const id = `${status.dev}:${status.ino}`
      if (status.nlink > 1 && linked.has(id)) return 0
      linked.add(id)
      return status.blocks * BLOCK
    }
    let size = 0
    // Names go while they are looked at, and a tree can be deeper than a path.
    for (const name of await readdir(path, { encoding: 'buffer' }).catch(() => []))
      size += await visit(Buffer.concat([path, slash, name]))
    return size
  }
  return visit(Buffer.from(root))
}
