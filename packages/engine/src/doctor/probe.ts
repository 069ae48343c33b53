import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import type { Linux } from '@runcible/linux'
import { findExecutable, installCommand } from '../find-executable.ts'

/** How long a program may take to print its version, in milliseconds. */
const versionDeadline = 5000

/** What checks look at: the host, or a made-up one in a test. */
export interface Probe {
  /** Content of a small file; undefined when it cannot be read. */
  readonly read: (path: string) => string | undefined
  readonly exists: (path: string) => boolean
  readonly find: (candidates: readonly string[]) => string | undefined
  /** First line that a program prints about its version; undefined when it cannot be run. */
  readonly versionOf: (path: string, ...args: readonly string[]) => Promise<string | undefined>
  readonly install: typeof installCommand
  readonly linux: Pick<Linux, 'process' | 'cgroup' | 'netlink'>
  readonly kernel: string
  readonly uid: number
}

/** Where the configuration says that a program is, by name. */
export type ProgramPaths = Readonly<Record<string, readonly string[]>>

export function hostProbe(linux: Linux, kernel: string, configured: ProgramPaths = {}): Probe {
  return {
    read: (path) => {
      try {
        return readFileSync(path, 'utf8')
      } catch {
        return undefined
      }
    },
    exists: existsSync,
    find: (candidates) => findExecutable(configured[candidates[0] ?? ''] ?? candidates),
    versionOf: (path, ...args) =>
      new Promise((resolve) => {
        execFile(path, args, { timeout: versionDeadline }, (error, stdout, stderr) =>
          resolve(error ? undefined : (stdout || stderr).split('\n')[0])
        )
      }),
    install: installCommand,
    linux,
    kernel,
    uid: process.getuid?.() ?? 0
  }
}
