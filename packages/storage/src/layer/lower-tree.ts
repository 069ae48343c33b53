import { errorCode, openFlags, type FileCalls, type FileStatus } from '@runcible/linux'
import { fileName } from './tar-entry.ts'

/** Something in the layers below. A directory's or file's descriptor is good until the next `find`. */
export type LowerEntry =
  | { readonly type: 'directory' | 'file'; readonly fd: number; readonly status: FileStatus }
  | { readonly type: 'symlink'; readonly target: string; readonly status: FileStatus }
  | { readonly type: 'other'; readonly status: FileStatus }

/** The layers below as one tree, read-only. */
export interface LowerTree {
  /** What is at a path free of links; `undefined` when there is nothing. */
  find(path: string): LowerEntry | undefined
  close(): void
}

const HANDLE = openFlags(['path', 'nofollow'])
const READ = openFlags(['read', 'nofollow', 'nonblock'])

/** `openRoot` is called when something is first looked for: most layers never look. */
export const lowerTree = (fs: FileCalls, openRoot: () => number): LowerTree => {
  let root: number | undefined
  let last: number | undefined
  const release = () => {
    if (last !== undefined) fs.close(last)
    last = undefined
  }
  const open = (path: string, flags: number): number | undefined => {
    root ??= openRoot()
    try {
      // A link on the way means that the path is hidden by what the upper tree has there.
      return fs.openInRoot(root, path === '' ? '.' : fileName(path), {
        flags,
        resolve: ['in-root', 'no-magic-links', 'no-symlinks']
      })
    } catch (error) {
      const code = errorCode(error)
      if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP') return undefined
      throw error
    }
  }
  const statusOf = (path: string): { readonly status: FileStatus; readonly target: string } | undefined => {
    root ??= openRoot()
    if (path === '') return { status: fs.statAt(root, '.'), target: '' }
    const slash = path.lastIndexOf('/')
    const parent = slash === -1 ? root : open(path.slice(0, slash), HANDLE)
    if (parent === undefined) return undefined
    try {
      const name = fileName(path.slice(slash + 1))
      const status = fs.statAt(parent, name)
      return { status, target: status.type === 'symlink' ? fs.readlinkAt(parent, name).toString('latin1') : '' }
    } catch (error) {
      if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return undefined
      throw error
    } finally {
      if (parent !== root) fs.close(parent)
    }
  }
  return {
    find(path) {
      release()
      const found = statusOf(path)
      if (found === undefined) return undefined
      const { status, target } = found
      if (status.type === 'symlink') return { type: 'symlink', target, status }
      if (status.type !== 'directory' && status.type !== 'file') return { type: 'other', status }
      last = open(path, READ)
      return last === undefined ? undefined : { type: status.type, fd: last, status }
    },
    close() {
      release()
      if (root !== undefined) fs.close(root)
      root = undefined
    }
  }
}
