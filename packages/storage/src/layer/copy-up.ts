import { openFlags, pathBelow, type FileCalls } from '@runcible/linux'
import { closeSync, readSync, writeSync } from 'node:fs'
import { copyAttributes } from './attributes.ts'
import type { LowerEntry } from './lower-tree.ts'
import { forbidden } from './tree-path.ts'

const CREATE = openFlags(['write', 'create', 'exclusive', 'nofollow'])
const COPY_SIZE = 256 * 1024

/** Copies all bytes of one open file to another, from their present positions. */
export const copyContent = (from: number, to: number): void => {
  const buffer = Buffer.allocUnsafe(COPY_SIZE)
  for (;;) {
    const size = readSync(from, buffer, 0, COPY_SIZE, null)
    if (size === 0) return
    for (let at = 0; at < size;) at += writeSync(to, buffer, at, size - at)
  }
}

/** Makes a copy of something in the layers below, as overlayfs does before it is changed. */
export const copyUp = (fs: FileCalls, from: LowerEntry, parent: number, name: string | Buffer): void => {
  const { status } = from
  if (from.type === 'symlink') {
    fs.symlinkAt(Buffer.from(from.target, 'latin1'), parent, name)
    fs.chownAt(parent, name, status.uid, status.gid)
  } else if (from.type === 'file') {
    const fd = fs.openAt(parent, name, CREATE, 0o600)
    try {
      copyContent(from.fd, fd)
      copyAttributes(fs, from.fd, fd)
    } finally {
      closeSync(fd)
    }
  } else
    throw forbidden(pathBelow(parent, name).toString('latin1'), 'is a hard link to a special file of another layer')
  fs.setTimesAt(parent, name, { mtimeNs: status.mtimeNs })
}
