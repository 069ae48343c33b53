import { EngineError, type CompareRequest, type ProgressOptions } from '@runcible/interface'
import type { FileCalls } from '@runcible/linux'
import { mountPrivately, type MountLinux } from '../mounted-root.ts'
import { differenceLayer } from './difference-layer.ts'
import { OPAQUE, OPEN_DIRECTORY } from './directory-tree.ts'
import { layerNames, openDirectory, packer, type Packer } from './pack-entries.ts'
import { readonlyMount } from './readonly-mount.ts'
import { hardLinks, isSame, statusOf } from './same-file.ts'
import { tarEnd, tarHeader } from './tar-writer.ts'
import { join } from './tree-path.ts'
import { isWhiteoutDevice } from './whiteout.ts'

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

/** An open directory in the state before and in the one after. */
interface Pair {
  readonly before: number | undefined
  readonly after: number
  readonly path: string
}

const closeAll = (fs: FileCalls, ...fds: readonly (number | undefined)[]) => {
  for (const fd of fds) if (fd !== undefined) fs.close(fd)
}

const openIn = (fs: FileCalls, parent: number | undefined, name: string): number | undefined =>
  parent === undefined ? undefined : openDirectory(fs, parent, name)

/** An overlay's upper directory: devices 0/0 and opaque directories become whiteouts. */
async function* layerContent({ fs, pack }: Comparison, { before, after, path }: Pair): AsyncGenerator<Uint8Array> {
  // The kernel marks every new directory; the mark means something only where there is one below.
  const isOpaque = path !== '' && before !== undefined && fs.getXattr(after, OPAQUE)?.toString() === 'y'
  if (isOpaque) yield whiteout(join(path, '.wh..wh..opq'))
  for (const name of layerNames(after)) {
    const status = statusOf(fs, after, name)
    if (status === undefined) continue
    if (isWhiteoutDevice(status)) {
      yield whiteout(whiteoutName(path, name))
      continue
    }
    const isDirectory = yield* pack.present(after, name, join(path, name))
    const child = isDirectory ? openDirectory(fs, after, name) : undefined
    if (child === undefined) continue
    const below = openIn(fs, before, name)
    try {
      yield* layerContent({ fs, pack }, { before: below, after: child, path: join(path, name) })
    } finally {
      closeAll(fs, child, below)
    }
  }
}

interface Trees extends Comparison {
  /** For each file with several names, all its names, in either state. */
  readonly linksBefore: ReadonlyMap<string, string>
  readonly linksAfter: ReadonlyMap<string, string>
}

/** Two trees side by side. */
async function* difference(trees: Trees, before: number, after: number, path: string): AsyncGenerator<Uint8Array> {
  const { fs, pack } = trees
  const names = layerNames(after)
  const present = new Set(names)
  for (const name of layerNames(before)) {
    if (!present.has(name)) yield whiteout(whiteoutName(path, name))
  }
  for (const name of names) {
    const at = join(path, name)
    const old = openDirectory(fs, before, name)
    const next = openDirectory(fs, after, name)
    const same = isSame({ fs, before, after, name }) && trees.linksBefore.get(at) === trees.linksAfter.get(at)
    try {
      if (old === undefined || next === undefined) {
        if (!same) yield* pack.tree(after, name, at)
        continue
      }
      let told = false
      for await (const chunk of difference(trees, old, next, at)) {
        if (!told) yield* pack.present(after, name, at)
        told = true
        yield chunk
      }
      if (!same && !told) yield* pack.present(after, name, at)
    } finally {
      closeAll(fs, old, next)
    }
  }
}

export interface CompareCalls {
  readonly linux: MountLinux
  readonly tmp: string
}

async function* fromLayer(
  comparison: Comparison,
  { linux, tmp }: CompareCalls,
  { lower }: CompareRequest,
  layer: string
): AsyncGenerator<Uint8Array> {
  const { fs } = comparison
  using before = lower.length === 0 ? undefined : mountPrivately(linux, tmp, lower.map(readonlyMount))
  const after = fs.openAt(fs.cwd, layer, OPEN_DIRECTORY)
  try {
    yield* layerContent(comparison, { before: before?.fd, after, path: '' })
  } finally {
    fs.close(after)
  }
}

async function* fromTrees(
  comparison: Comparison,
  { linux, tmp }: CompareCalls,
  { lower, upper }: CompareRequest
): AsyncGenerator<Uint8Array> {
  const { fs, pack } = comparison
  using after = mountPrivately(linux, tmp, upper.map(readonlyMount))
  if (lower.length === 0) {
    yield* pack.content(after.fd, '')
    return
  }
  using before = mountPrivately(linux, tmp, lower.map(readonlyMount))
  const links = { linksBefore: hardLinks(fs, before.fd), linksAfter: hardLinks(fs, after.fd) }
  yield* difference({ ...comparison, ...links }, before.fd, after.fd, '')
}

/** The difference between two states as an uncompressed layer, or one state as an archive. */
export async function* compare(
  calls: CompareCalls,
  request: CompareRequest,
  { signal, onProgress }: ProgressOptions<{ readonly bytes: number }>
): AsyncGenerator<Uint8Array> {
  const { fs } = calls.linux
  const { archive = false } = request
  if (archive && request.lower.length > 0)
    throw new EngineError('invalid-argument', 'an archive is of one state, not of a difference')
  const comparison = { fs, pack: packer({ fs, signal, forLayer: !archive }) }
  const layer = archive ? undefined : differenceLayer(request)
  let bytes = 0
  for await (const chunk of layer === undefined
    ? fromTrees(comparison, calls, request)
    : fromLayer(comparison, calls, request, layer)) {
    bytes += chunk.length
    onProgress?.({ bytes })
    yield chunk
  }
  yield tarEnd()
}
