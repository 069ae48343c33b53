import type { CompareRequest, Mount, ProgressOptions } from '@runcible/interface'
import { errorCode, openFlags, pathBelow, type FileCalls, type FileStatus } from '@runcible/linux'
import { closeSync, readSync } from 'node:fs'
import { mountPrivately, type MountLinux } from '../mounted-root.ts'
import { readXattrs } from './attributes.ts'
import { OPAQUE, OPEN_DIRECTORY } from './directory-tree.ts'
import { layerNames, openDirectory, packer, type Packer } from './pack-entries.ts'
import { fileName } from './tar-entry.ts'
import { tarEnd, tarHeader } from './tar-writer.ts'
import { join } from './tree-path.ts'
import { isBind, overlayLayers } from './unpack-target.ts'
import { isWhiteoutDevice } from './whiteout.ts'

const READ = openFlags(['read', 'nofollow', 'nonblock'])
const COMPARE_SIZE = 64 * 1024

const whiteout = (name: string): Buffer =>
  tarHeader({
    type: 'file',
    name,
    linkName: '',
    mode: 0,
    uid: 0,
    gid: 0,
    size: 0,
    mtimeNs: 0n,
    major: 0,
    minor: 0,
    xattrs: undefined
  })

const whiteoutName = (directory: string, name: string) => join(directory, `.wh.${name}`)

interface Comparison {
  readonly fs: FileCalls
  readonly pack: Packer
}

/** The directories that a mount stacks, topmost first. */
const layersOf = (mounts: readonly Mount[]): readonly string[] | undefined => {
  const [mount, ...others] = mounts
  if (others.length > 0) return undefined
  if (mount === undefined) return []
  if (isBind(mount)) return [mount.source]
  if (mount.type !== 'overlay') return undefined
  const { upper, lowers } = overlayLayers(mount)
  return upper === undefined ? lowers : [upper, ...lowers]
}

/** The top layer of `upper`, when everything else of it is exactly `lower`: it alone is the difference. */
const differenceLayer = ({ lower, upper }: CompareRequest): string | undefined => {
  const before = layersOf(lower)
  const [top, ...rest] = layersOf(upper) ?? []
  if (before === undefined || top === undefined || before.length !== rest.length) return undefined
  // Without a mount the content of a bound directory is all there is.
  return before.every((layer, index) => layer === rest[index]) ? top : undefined
}

/** An overlay's upper directory: devices 0/0 and opaque directories become whiteouts. */
async function* layerContent({ fs, pack }: Comparison, directory: number, path: string): AsyncGenerator<Uint8Array> {
  if (path !== '' && fs.getXattr(directory, OPAQUE)?.toString() === 'y') yield whiteout(join(path, '.wh..wh..opq'))
  for (const name of layerNames(directory)) {
    if (isWhiteoutDevice(fs.statAt(directory, fileName(name)))) {
      yield whiteout(whiteoutName(path, name))
      continue
    }
    const isDirectory = yield* pack.member(directory, name, join(path, name))
    const child = isDirectory ? openDirectory(fs, directory, name) : undefined
    if (child === undefined) continue
    try {
      yield* layerContent({ fs, pack }, child, join(path, name))
    } finally {
      fs.close(child)
    }
  }
}

const statusOf = (fs: FileCalls, directory: number, name: string): FileStatus | undefined => {
  try {
    return fs.statAt(directory, fileName(name))
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

const sameBytes = (a: number, b: number): boolean => {
  const [left, right] = [Buffer.allocUnsafe(COMPARE_SIZE), Buffer.allocUnsafe(COMPARE_SIZE)]
  for (;;) {
    const size = readSync(a, left, 0, COMPARE_SIZE, null)
    if (size !== readSync(b, right, 0, COMPARE_SIZE, null)) return false
    if (size === 0) return true
    if (!left.subarray(0, size).equals(right.subarray(0, size))) return false
  }
}

const sameContent = (fs: FileCalls, before: number, after: number, name: string): boolean => {
  const a = fs.openAt(before, fileName(name), READ)
  try {
    const b = fs.openAt(after, fileName(name), READ)
    try {
      return sameBytes(a, b)
    } finally {
      closeSync(b)
    }
  } finally {
    closeSync(a)
  }
}

const sameXattrs = (fs: FileCalls, before: number, after: number, name: string): boolean => {
  const of = (directory: number) =>
    JSON.stringify(
      [...(readXattrs(fs, pathBelow(directory, fileName(name))) ?? [])].map(([key, value]) => [
        key,
        value.toString('hex')
      ])
    )
  return of(before) === of(after)
}

/** Whether a name is unchanged, itself: what is in a directory does not count. */
const isSame = (fs: FileCalls, before: number, after: number, name: string): boolean => {
  const [a, b] = [statusOf(fs, before, name), statusOf(fs, after, name)]
  if (a === undefined || b === undefined || a.type !== b.type) return false
  if (a.mode !== b.mode || a.uid !== b.uid || a.gid !== b.gid) return false
  if (a.special.major !== b.special.major || a.special.minor !== b.special.minor) return false
  if (!sameXattrs(fs, before, after, name)) return false
  if (a.type === 'directory') return true
  if (a.type === 'symlink') return fs.readlinkAt(before, fileName(name)).equals(fs.readlinkAt(after, fileName(name)))
  if (a.mtimeNs !== b.mtimeNs || a.size !== b.size) return false
  // A copy made within one tick of the clock has the same time.
  return a.type !== 'file' || a.ino === b.ino || sameContent(fs, before, after, name)
}

/** Two trees side by side. */
async function* difference(
  comparison: Comparison,
  before: number,
  after: number,
  path: string
): AsyncGenerator<Uint8Array> {
  const { fs, pack } = comparison
  const names = new Set(layerNames(after))
  for (const name of layerNames(before)) {
    if (!names.has(name)) yield whiteout(whiteoutName(path, name))
  }
  for (const name of names) {
    const old = openDirectory(fs, before, name)
    const next = openDirectory(fs, after, name)
    try {
      if (old === undefined || next === undefined) {
        if (isSame(fs, before, after, name)) continue
        yield* pack.tree(after, name, join(path, name))
        continue
      }
      const same = isSame(fs, before, after, name)
      let told = false
      for await (const chunk of difference(comparison, old, next, join(path, name))) {
        if (!told) yield* pack.member(after, name, join(path, name))
        told = true
        yield chunk
      }
      if (!same && !told) yield* pack.member(after, name, join(path, name))
    } finally {
      if (old !== undefined) fs.close(old)
      if (next !== undefined) fs.close(next)
    }
  }
}

async function* fromLayer(comparison: Comparison, path: string): AsyncGenerator<Uint8Array> {
  const { fs } = comparison
  const directory = fs.openAt(fs.cwd, path, OPEN_DIRECTORY)
  try {
    yield* layerContent(comparison, directory, '')
  } finally {
    fs.close(directory)
  }
}

async function* fromTrees(
  comparison: Comparison,
  { linux, tmp }: CompareCalls,
  { lower, upper }: CompareRequest
): AsyncGenerator<Uint8Array> {
  using after = mountPrivately(linux, tmp, upper)
  if (lower.length === 0) {
    yield* comparison.pack.content(after.fd, '')
    return
  }
  using before = mountPrivately(linux, tmp, lower)
  yield* difference(comparison, before.fd, after.fd, '')
}

export interface CompareCalls {
  readonly linux: MountLinux
  readonly tmp: string
}

/** The difference between two states as an uncompressed layer. */
export async function* compare(
  calls: CompareCalls,
  request: CompareRequest,
  { signal, onProgress }: ProgressOptions<{ readonly bytes: number }>
): AsyncGenerator<Uint8Array> {
  const { fs } = calls.linux
  const comparison = { fs, pack: packer({ fs, signal, forLayer: true }) }
  const layer = differenceLayer(request)
  let bytes = 0
  for await (const chunk of layer === undefined
    ? fromTrees(comparison, calls, request)
    : fromLayer(comparison, layer)) {
    bytes += chunk.length
    onProgress?.({ bytes })
    yield chunk
  }
  yield tarEnd()
}
