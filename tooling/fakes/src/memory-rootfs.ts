import { EngineError, type FileStat, type Rootfs, type RootfsAccess, type RootfsSource } from '@runcible/interface'
import { posix } from 'node:path'
import { fakeTarMembers, fakeTarOf, type FakeTarMember } from './plain-tar.ts'
import { mountsInMemory } from './rootfs-access.ts'

interface Node {
  readonly directory: boolean
  readonly content: Uint8Array
  readonly mode: number
  readonly uid: number
  readonly gid: number
  readonly modifiedAt: number
}

/** Files by absolute path; there are no links. */
type Tree = Map<string, Node>

const DIRECTORY = 0o40000
const FILE = 0o100000

const directoryNode = (mode = 0o755, uid = 0, gid = 0): Node => ({
  directory: true,
  content: new Uint8Array(),
  mode: DIRECTORY | mode,
  uid,
  gid,
  modifiedAt: 0
})

const clean = (path: string): string => posix.normalize(`/${path}`).replace(/(.)\/$/, '$1')

const childrenOf = (tree: Tree, path: string): string[] => {
  const prefix = path === '/' ? '/' : `${path}/`
  return [...tree.keys()].filter((key) => key !== path && key.startsWith(prefix)).toSorted()
}

const need = (tree: Tree, path: string): Node => {
  const node = tree.get(clean(path))
  if (node === undefined) throw new EngineError('not-found', `no such file in the container: ${path}`)
  return node
}

const statOf = (path: string, { content, mode, uid, gid, modifiedAt }: Node): FileStat => ({
  name: posix.basename(path) || '/',
  size: content.length,
  mode,
  uid,
  gid,
  modifiedAt
})

const makeDirectory = (tree: Tree, path: string, node: Node): void => {
  for (let at = clean(path); !tree.has(at); at = posix.dirname(at)) tree.set(at, node)
}

const archiveOf = (tree: Tree, path: string): Uint8Array => {
  const top = clean(path)
  const name = path.endsWith('/.') || top === '/' ? '.' : posix.basename(top)
  need(tree, top)
  const members = [top, ...childrenOf(tree, top)].map((at): FakeTarMember => {
    const { directory, content, mode, uid, gid } = need(tree, at)
    const inner = posix.join(name, posix.relative(top, at))
    const shown = name === '.' && inner !== '.' ? `./${inner}` : inner
    return { name: directory ? `${shown}/` : shown, directory, content, mode: mode & 0o7777, uid, gid }
  })
  return fakeTarOf(members)
}

const place = (tree: Tree, at: string, member: FakeTarMember, overwrite: boolean): void => {
  const old = tree.get(at)
  if (old !== undefined && old.directory !== member.directory) {
    if (!overwrite) throw new EngineError('invalid-argument', `${at} would change between file and directory`)
    for (const child of childrenOf(tree, at)) tree.delete(child)
  }
  makeDirectory(tree, posix.dirname(at), directoryNode())
  const { directory, content, mode, uid, gid } = member
  tree.set(at, { directory, content, mode: (directory ? DIRECTORY : FILE) | mode, uid, gid, modifiedAt: 0 })
}

const openTree = (tree: Tree): Rootfs => ({
  async stat(path) {
    const node = tree.get(clean(path))
    return node && statOf(clean(path), node)
  },
  async read(path, { maxBytes }) {
    const node = tree.get(clean(path))
    if (node?.directory === true) throw new EngineError('invalid-argument', `${path} is not a regular file`)
    if (node !== undefined && node.content.length > maxBytes) {
      throw new EngineError('exhausted', `${path} is larger than ${maxBytes} bytes`)
    }
    return node?.content
  },
  async makeDirectory(path, { mode, uid, gid } = {}) {
    makeDirectory(tree, path, directoryNode(mode, uid, gid))
  },
  async *archive(path) {
    yield archiveOf(tree, path)
  },
  async extract(path, tar, { overwrite = false, owner } = {}) {
    if (!need(tree, path).directory) throw new EngineError('invalid-argument', `not a directory: ${path}`)
    for (const member of fakeTarMembers(Buffer.concat(await Array.fromAsync(tar)))) {
      place(tree, clean(posix.join(path, member.name)), { ...member, ...owner }, overwrite)
    }
  },
  async [Symbol.asyncDispose]() {}
})

/** Root file systems in memory, one for each source that is opened: for mounts that lead nowhere. */
export function memoryRootfsAccess(): RootfsAccess {
  const trees = new Map<string, Tree>()
  const keyOf = (source: RootfsSource) => JSON.stringify(source)
  return {
    async open(source) {
      const tree = trees.get(keyOf(source)) ?? new Map([['/', directoryNode()]])
      trees.set(keyOf(source), tree)
      return openTree(tree)
    },
    ...mountsInMemory()
  }
}
