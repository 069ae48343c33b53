import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { createLinux } from '../src/index.ts'

const linux = createLinux()

export interface TemporaryDirectory {
  readonly path: string
  readonly fd: number
  /** Registers an undo of the running test; the last one registered runs first, before the directory goes. */
  defer(undo: () => void): void
}

/** A new directory for each test, and a descriptor of it. */
export const temporaryDirectory = (): TemporaryDirectory => {
  let path = ''
  let fd = -1
  let undo = new DisposableStack()
  beforeEach(() => {
    undo = new DisposableStack()
    path = mkdtempSync(join(tmpdir(), 'runcible-linux-'))
    undo.defer(() => rmSync(path, { recursive: true, force: true }))
    fd = linux.fs.openAt(linux.fs.cwd, path, ['read', 'directory'])
    undo.defer(() => linux.fs.close(fd))
  })
  afterEach(() => undo.dispose())
  return {
    get path() {
      return path
    },
    get fd() {
      return fd
    },
    defer: (fn) => undo.defer(fn)
  }
}
