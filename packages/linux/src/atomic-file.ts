import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

export interface AtomicWriteOptions {
  /** Permissions, exactly (the umask does not apply). Default 0644. */
  readonly mode?: number
  /** Whether the bytes are on the disk before the name is changed, and the change after it. Default true. */
  readonly sync?: boolean
}

/** Files that readers see whole: the old content or the new, never a part, whatever instant the process ends at. */
export interface AtomicFileCalls {
  write(path: string, data: string | Uint8Array, options?: AtomicWriteOptions): Promise<void>
  writeSync(path: string, data: string | Uint8Array, options?: AtomicWriteOptions): void
}

let counter = 0

/** A name in the same directory; a leftover of an ended process is recognised by its shape. */
const temporaryName = (path: string): string => {
  counter += 1
  return join(dirname(path), `.${basename(path)}.${process.pid}.${process.hrtime.bigint().toString(36)}${counter}.tmp`)
}

const write: AtomicFileCalls['write'] = async (path, data, { mode = 0o644, sync = true } = {}) => {
  const { open, rename, rm } = process.getBuiltinModule('node:fs/promises')
  const temporary = temporaryName(path)
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(data)
      await file.chmod(mode)
      if (sync) await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  if (!sync) return
  const directory = await open(dirname(path), 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

const fillSync = (temporary: string, data: string | Uint8Array, mode: number, sync: boolean) => {
  const fd = openSync(temporary, 'wx', 0o600)
  try {
    writeFileSync(fd, data)
    fchmodSync(fd, mode)
    if (sync) fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

const writeSync: AtomicFileCalls['writeSync'] = (path, data, { mode = 0o644, sync = true } = {}) => {
  const temporary = temporaryName(path)
  try {
    fillSync(temporary, data, mode, sync)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
  if (!sync) return
  const directory = openSync(dirname(path), 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}

export const atomicFileCalls = (): AtomicFileCalls => ({ write, writeSync })
