import { spawn } from 'node:child_process'
import { lstat, mkdir, readFile, readlink, chown, stat } from 'node:fs/promises'
import { basename, dirname, join, normalize } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { EngineError, type Rootfs, type RootfsAccess } from '@runcible/interface'

/** Owners as numbers, and every attribute: what the real one keeps. */
const faithful = ['--numeric-owner', '--xattrs', '--xattrs-include=*']

/**
 * `RootfsAccess` over plain directories: of a source's mounts there must be one bind, which is used where it is. Links
 * are followed wherever they lead, so it is for the test's own trees only. Archives are made and unpacked by tar(1).
 */
export function fakeRootfsAccess(): RootfsAccess {
  return {
    open: async (source) => {
      if ('pid' in source) return directoryRootfs(`/proc/${source.pid}/root`)
      const [mount, ...rest] = source.mounts
      if (mount?.type !== 'bind' || rest.length > 0)
        throw new EngineError('unsupported', 'this double opens one bind only')
      return directoryRootfs(mount.source)
    },
    ...mountsInMemory()
  }
}

/** Mounts that only these methods know of. */
export function mountsInMemory(): Pick<RootfsAccess, 'mountAt' | 'unmountAt' | 'isMountedAt'> {
  const mounted = new Set<string>()
  return {
    mountAt: async (_mounts, target) => void mounted.add(target),
    unmountAt: async (target) => void mounted.delete(target),
    isMountedAt: (target) => mounted.has(target)
  }
}

function directoryRootfs(root: string): Rootfs {
  const inside = (path: string) => join(root, normalize(`/${path}`))
  return {
    async stat(path, { follow = true } = {}) {
      const found = await (follow ? stat : lstat)(inside(path)).catch(absent)
      if (found === undefined) return undefined
      const { size, mode, uid, gid, mtimeMs: modifiedAt } = found
      const link = found.isSymbolicLink() ? { linkTarget: await readlink(inside(path)) } : {}
      return { name: basename(normalize(`/${path}`)) || '/', size, mode, uid, gid, modifiedAt, ...link }
    },
    async read(path, { maxBytes }) {
      const bytes = await readFile(inside(path)).catch(absent)
      if (bytes !== undefined && bytes.length > maxBytes)
        throw new EngineError('exhausted', `${path} is larger than ${maxBytes} bytes`)
      return bytes
    },
    async makeDirectory(path, { mode = 0o755, uid = 0, gid = 0 } = {}) {
      const made = await mkdir(inside(path), { recursive: true, mode })
      if (made !== undefined && (uid !== 0 || gid !== 0)) await chown(inside(path), uid, gid)
    },
    async *archive(path, { signal } = {}) {
      const [directory, name] = path.endsWith('/.')
        ? [inside(path), '.']
        : [dirname(inside(path)), basename(inside(path))]
      const tar = spawn('tar', [...faithful, '-C', directory, '-c', '--', name], {
        stdio: ['ignore', 'pipe', 'inherit'],
        ...(signal ? { signal } : {})
      })
      const ended = endOf(tar)
      for await (const chunk of tar.stdout) yield chunk as Uint8Array
      await ended
    },
    async extract(path, archive, { signal } = {}) {
      const tar = spawn('tar', [...faithful, '-p', '--ignore-zeros', '-C', inside(path), '-x'], {
        stdio: ['pipe', 'ignore', 'inherit'],
        ...(signal ? { signal } : {})
      })
      const ended = endOf(tar)
      const [fed] = await Promise.allSettled([pipeline(Readable.from(archive), tar.stdin), ended])
      if (fed.status === 'rejected') throw fed.reason
      await ended
    },
    [Symbol.asyncDispose]: async () => {}
  }
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
}

async function endOf(child: ReturnType<typeof spawn>): Promise<void> {
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  if (code !== 0) throw new EngineError('internal', `tar ended with ${code}`)
}
