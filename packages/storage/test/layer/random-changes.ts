import {
  chmodSync,
  closeSync,
  ftruncateSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
  lchownSync,
  type BigIntStats
} from 'node:fs'
import { digestOf } from '@runcible/oci-spec'
import fc from 'fast-check'
import { linux } from '../support.ts'

/** Names as byte strings: one is not UTF-8, one does not fit into a tar header. */
const names = ['a', 'b', 'c', '\xe9\xff', `long-${'n'.repeat(180)}`]

const path = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/'))

/** A `security.capability` of version 2 that has `cap_net_raw`. */
const capability = Buffer.from('0100000200200000000000000000000000000000', 'hex')

/** One thing that a program may do to a tree. Many will fail, as the tree is not ready for them. */
export const change = fc.oneof(
  fc.record({ do: fc.constant('write' as const), path, text: fc.string({ maxLength: 40 }) }),
  fc.record({ do: fc.constant('sparse' as const), path, at: fc.integer({ min: 0, max: 300_000 }) }),
  fc.record({ do: fc.constant('mkdir' as const), path }),
  fc.record({ do: fc.constant('remove' as const), path }),
  fc.record({ do: fc.constant('replace' as const), path }),
  fc.record({ do: fc.constant('symlink' as const), path, target: path }),
  fc.record({ do: fc.constant('link' as const), path, target: path }),
  fc.record({ do: fc.constant('rename' as const), path, target: path }),
  fc.record({ do: fc.constant('chmod' as const), path, mode: fc.integer({ min: 0, max: 0o7777 }) }),
  fc.record({ do: fc.constant('chown' as const), path, uid: fc.integer({ min: 0, max: 3_000_000 }) }),
  fc.record({ do: fc.constant('times' as const), path, at: fc.integer({ min: -1000, max: 5_000_000_000 }) }),
  fc.record({ do: fc.constant('note' as const), path, text: fc.string({ minLength: 1, maxLength: 20 }) }),
  fc.record({ do: fc.constant('capability' as const), path }),
  fc.record({ do: fc.constant('device' as const), path, minor: fc.integer({ min: 1, max: 300 }) }),
  fc.record({ do: fc.constant('fifo' as const), path })
)

export type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

const expected = new Set([
  'ENOENT',
  'EEXIST',
  'ENOTDIR',
  'EISDIR',
  'ENOTEMPTY',
  'EXDEV',
  'EINVAL',
  'ELOOP',
  'EPERM',
  'EBUSY',
  'ERR_FS_EISDIR',
  'ENXIO'
])

const bytes = (name: string): Buffer => Buffer.from(name, 'latin1')

/** Makes a change below `root`; what the tree does not allow is left undone. */
export function makeChange(root: string, one: Change): void {
  const at = bytes(`${root}/${one.path}`)
  try {
    act(root, at, one)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === undefined || !expected.has(code)) throw error
  }
}

function act(root: string, at: Buffer, one: Change): void {
  // Never through a link: that could lead anywhere.
  if (passesLink(root, one.path) || ('target' in one && one.do !== 'symlink' && passesLink(root, one.target))) return
  const isLink = lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() === true
  switch (one.do) {
    case 'write':
      if (lstatSync(at, { throwIfNoEntry: false })?.isFile() !== false) writeFileSync(at, one.text)
      return
    case 'sparse':
      if (lstatSync(at, { throwIfNoEntry: false })?.isFile() !== false) writeSparse(at, one.at)
      return
    case 'mkdir':
      return mkdirSync(at)
    case 'remove':
      return rmSync(at, { recursive: true })
    case 'replace':
      rmSync(at, { recursive: true })
      return mkdirSync(at)
    case 'symlink':
      return symlinkSync(bytes(one.target), at)
    case 'link':
      return linkSync(bytes(`${root}/${one.target}`), at)
    case 'rename':
      return renameSync(at, bytes(`${root}/${one.target}`))
    case 'chmod':
      if (!isLink) chmodSync(at, one.mode)
      return
    case 'chown':
      return lchownSync(at, one.uid, one.uid)
    case 'times':
      return lutimesSync(at, one.at, one.at)
    case 'note':
      if (!isLink) linux.fs.setXattr(at, 'user.note', Buffer.from(one.text))
      return
    case 'capability':
      if (!isLink) linux.fs.setXattr(at, 'security.capability', capability)
      return
    case 'device':
      return linux.fs.mknodAt(linux.fs.cwd, at, { type: 'character', mode: 0o600, major: 1, minor: one.minor })
    case 'fifo':
      return linux.fs.mknodAt(linux.fs.cwd, at, { type: 'fifo', mode: 0o600 })
  }
}

function writeSparse(at: Buffer, offset: number): void {
  const fd = openSync(at, 'w')
  try {
    writeSync(fd, 'x', offset)
    ftruncateSync(fd, offset + 10_000)
  } finally {
    closeSync(fd)
  }
}

function passesLink(root: string, below: string): boolean {
  const parts = below.split('/')
  return parts.slice(0, -1).some((_, index) =>
    lstatSync(bytes(`${root}/${parts.slice(0, index + 1).join('/')}`), {
      throwIfNoEntry: false
    })?.isSymbolicLink()
  )
}

/** What is at each path, in every respect that a layer keeps; the keys are byte strings. */
export function wholeTree(root: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const inodes = new Map<string, string>()
  const visit = (parent: string): void => {
    const list = readdirSync(bytes(`${root}/${parent}`), { encoding: 'buffer' }).map((name) => name.toString('latin1'))
    for (const name of list.toSorted()) {
      const child = parent === '' ? name : `${parent}/${name}`
      const at = bytes(`${root}/${child}`)
      const status = lstatSync(at, { bigint: true })
      const inode = `${status.dev}:${status.ino}`
      const first = status.isDirectory() ? '' : (inodes.get(inode) ?? child)
      inodes.set(inode, first)
      const xattrs = status.isSymbolicLink() ? '' : xattrsOf(at)
      found.set(
        child,
        [contentOf(at, status), status.mode, status.uid, status.gid, status.mtimeNs, `same as ${first}`, xattrs].join()
      )
      if (status.isDirectory()) visit(child)
    }
  }
  visit('')
  return found
}

function contentOf(at: Buffer, status: BigIntStats): string {
  if (status.isFile()) return digestOf(readFileSync(at))
  if (status.isSymbolicLink()) return readlinkSync(at, { encoding: 'latin1' })
  return status.isDirectory() ? 'directory' : `special ${status.rdev}`
}

function xattrsOf(at: Buffer): string {
  const { fs } = linux
  const own = fs
    .listXattrs(at)
    .filter((name) => !name.startsWith('trusted.'))
    .toSorted()
  return own.map((name) => `${name}=${fs.getXattr(at, name)?.toString('hex')}`).join()
}
