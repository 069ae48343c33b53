import { errorCode } from './errno.ts'
import type { FileCalls } from './files.ts'
import { parseMountOptions, type MountFlag } from './mount-options.ts'
import { mountByProgram, mountProgram } from './mount-program.ts'
import type { MountAttribute, MountCalls } from './mount.ts'
import { openFlags } from './open-flags.ts'

/** A mount in fstab form. */
export interface MountEntry {
  /** File system type, or `bind`. */
  readonly type: string
  readonly source: string
  /** Path below the root, absolute; absent for the root itself. */
  readonly target?: string
  readonly options: readonly string[]
}

type Calls = { readonly fs: Pick<FileCalls, 'openAt' | 'openInRoot' | 'close' | 'cwd'>; readonly mount: MountCalls }

/** One page holds the data of mount(2), with its NUL. */
const DATA_LIMIT = 4095
const DIRECTORY = openFlags(['path', 'directory'])
const TARGET = openFlags(['path'])
const attributes: ReadonlySet<string> = new Set([
  'ro',
  'nosuid',
  'nodev',
  'noexec',
  'noatime',
  'nodiratime',
  'nosymfollow'
])
const isAttribute = (flag: MountFlag): flag is MountFlag & MountAttribute => attributes.has(flag)

/** The directory that all layers are below, to be named by a descriptor: `/proc/self/fd/9` is shorter than a path. */
const commonParent = (layers: readonly string[]): string => {
  const [first = '', ...others] = layers
  let length = first.length
  for (const layer of others) {
    let same = 0
    while (same < length && layer[same] === first[same]) same++
    length = same
  }
  return first.slice(0, Math.max(0, first.lastIndexOf('/', length - 1)))
}

const lowerPrefix = 'lowerdir='

const mountOverlay = ({ fs, mount }: Calls, { source, options }: MountEntry, target: string) => {
  const { flags, data } = parseMountOptions(options)
  const request = { source, target, type: 'overlay', flags }
  if (Buffer.byteLength(data) <= DATA_LIMIT) return mount.mount({ ...request, data })
  const lower = options.find((option) => option.startsWith(lowerPrefix)) ?? lowerPrefix
  const layers = lower.slice(lowerPrefix.length).split(/(?<!\\):/)
  const parent = commonParent(layers)
  const fd = parent === '' ? undefined : fs.openAt(fs.cwd, parent.replaceAll(/\\(.)/g, '$1'), DIRECTORY)
  try {
    const short = fd === undefined ? layers : layers.map((layer) => `/proc/self/fd/${fd}${layer.slice(parent.length)}`)
    const fitted = data.replace(lower, () => lowerPrefix + short.join(':'))
    if (Buffer.byteLength(fitted) > DATA_LIMIT) {
      throw new RangeError(`${layers.length} layers do not fit in the options of one overlay mount`)
    }
    mount.mount({ ...request, data: fitted })
  } finally {
    if (fd !== undefined) fs.close(fd)
  }
}

/** A path through one of our descriptors, as another process can use it. */
const visible = (path: string): string => path.replace(/^\/proc\/self\//, `/proc/${process.pid}/`)

const mountEntry = (calls: Calls, entry: MountEntry, target: string) => {
  const { mount } = calls
  const { flags, data } = parseMountOptions(entry.options)
  const recursive = flags.includes('rbind')
  const program = mountProgram(entry.type)
  if (program !== undefined) mountByProgram(program, entry.options, visible(target))
  else if (entry.type === 'bind' || recursive || flags.includes('bind')) {
    mount.bind({ source: entry.source, target, recursive, attributes: flags.filter(isAttribute) })
  } else if (entry.type === 'overlay') mountOverlay(calls, entry, target)
  else mount.mount({ source: entry.source, target, type: entry.type, flags, data })
}

/** Gives `use` a path of what is at `target` inside the root at this moment. */
const withTarget = ({ fs }: Calls, root: string, target: string | undefined, use: (path: string) => void): void => {
  if (target === undefined || target === '/') return use(root)
  const top = fs.openAt(fs.cwd, root, DIRECTORY)
  try {
    const fd = fs.openInRoot(top, target, { flags: TARGET })
    try {
      use(`/proc/self/fd/${fd}`)
    } finally {
      fs.close(fd)
    }
  } finally {
    fs.close(top)
  }
}

const setPropagation = (calls: Calls, root: string, { target, options }: MountEntry) => {
  const { propagation } = parseMountOptions(options)
  if (propagation.length === 0) return
  // Looked up anew: the path that was mounted on leads to what the mount covers.
  withTarget(calls, root, target, (path) => {
    for (const { kind, recursive } of propagation) calls.mount.setPropagation(path, kind, { recursive })
  })
}

/**
 * Mounts `entries` in order so that they become the tree at the directory `root`. Targets are resolved inside the root,
 * so that a link in it leads nowhere else. On failure nothing stays mounted.
 *
 * @throws RangeError when an overlay has more layers than the kernel takes in one call
 */
export const mountTree = (calls: Calls, root: string, entries: readonly MountEntry[]): void => {
  let mounted = false
  try {
    for (const entry of entries) {
      withTarget(calls, root, entry.target, (path) => mountEntry(calls, entry, path))
      mounted = true
      setPropagation(calls, root, entry)
    }
  } catch (error) {
    if (mounted) unmountTree(calls, root)
    throw error
  }
}

/** Unmounts everything that is mounted at and below `root`. No error when nothing is. */
export const unmountTree = ({ mount }: Pick<Calls, 'mount'>, root: string): void => {
  const points = mount.list().filter(({ mountPoint }) => mountPoint === root || mountPoint.startsWith(`${root}/`))
  for (const { mountPoint } of points.toReversed()) {
    try {
      mount.unmount(mountPoint, { detach: true })
    } catch (error) {
      // Another process was faster.
      if (errorCode(error) !== 'EINVAL' && errorCode(error) !== 'ENOENT') throw error
    }
  }
}
