import { openFlags, pathBelow, type FileCalls, type FileStatus } from '@runcible/linux'
import { closeSync, constants, copyFileSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { throwIfAborted } from '../errors.ts'
import { copyAttributes, readXattrs, setXattrs } from '../layer/attributes.ts'
import { OPEN_DIRECTORY } from '../layer/directory-tree.ts'
import { namesIn } from '../layer/names-in.ts'
import { fileName } from '../layer/tar-entry.ts'

const CREATE = openFlags(['write', 'create', 'exclusive', 'nofollow'])
const READ = openFlags(['read', 'nofollow', 'nonblock'])
/** Files between two looks at what else the process has to do. */
const SLICE = 64

/** Copies the content and attributes of one directory to another that is empty, hard links included. */
export const copyTree = async (fs: FileCalls, from: string, to: string, signal?: AbortSignal): Promise<void> => {
  const links = new Map<bigint, Buffer>()
  let done = 0

  const copyFile = (source: number, target: number, name: string | Buffer) => {
    const input = fs.openAt(source, name, READ)
    const output = fs.openAt(target, name, CREATE, 0o600)
    try {
      // Shares blocks where the file system can.
      copyFileSync(`/proc/self/fd/${input}`, `/proc/self/fd/${output}`, constants.COPYFILE_FICLONE)
      copyAttributes(fs, input, output)
    } finally {
      closeSync(output)
      closeSync(input)
    }
  }
  const copyOther = (source: number, target: number, name: string | Buffer, status: FileStatus) => {
    const { type, mode, special } = status
    if (type === 'symlink') fs.symlinkAt(fs.readlinkAt(source, name), target, name)
    else if (type !== 'directory' && type !== 'file') fs.mknodAt(target, name, { type, mode, ...special })
    fs.chownAt(target, name, status.uid, status.gid)
    if (type !== 'symlink') fs.chmodAt(target, name, mode)
    const xattrs = readXattrs(fs, pathBelow(source, name))
    if (xattrs !== undefined) setXattrs(fs, pathBelow(target, name), xattrs)
  }
  const copyEntry = async (source: number, target: number, path: string, name: string) => {
    const bytes = fileName(name)
    const status = fs.statAt(source, bytes)
    const known = status.nlink > 1 && status.type !== 'directory' ? links.get(status.ino) : undefined
    if (known !== undefined) return fs.linkAt(fs.cwd, known, target, bytes)
    if (status.nlink > 1) links.set(status.ino, Buffer.from(`${path}/${name}`, 'latin1'))
    if (status.type === 'directory') return copyDirectory(source, target, `${path}/${name}`, bytes)
    if (status.type === 'file') copyFile(source, target, bytes)
    else copyOther(source, target, bytes, status)
    fs.setTimesAt(target, bytes, { mtimeNs: status.mtimeNs })
  }
  const copyContent = async (source: number, target: number, path: string) => {
    for (const name of namesIn(source)) {
      await copyEntry(source, target, path, name)
      if (++done % SLICE !== 0) continue
      throwIfAborted(signal, 'copying a snapshot')
      await setImmediate()
    }
    copyAttributes(fs, source, target)
    fs.setTimesAt(target, '.', { mtimeNs: fs.statAt(source, '.').mtimeNs })
  }
  const copyDirectory = async (source: number, target: number, path: string, name: string | Buffer) => {
    fs.mkdirAt(target, name, 0o700)
    const input = fs.openAt(source, name, OPEN_DIRECTORY)
    const output = fs.openAt(target, name, OPEN_DIRECTORY)
    try {
      await copyContent(input, output, path)
    } finally {
      fs.close(output)
      fs.close(input)
    }
  }
  const source = fs.openAt(fs.cwd, from, OPEN_DIRECTORY)
  const target = fs.openAt(fs.cwd, to, OPEN_DIRECTORY)
  try {
    await copyContent(source, target, Buffer.from(to).toString('latin1'))
  } finally {
    fs.close(target)
    fs.close(source)
  }
}
