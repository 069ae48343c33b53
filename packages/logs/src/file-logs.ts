import { mkdirSync, rmSync } from 'node:fs'
import { dirname, isAbsolute, join } from 'node:path'
import {
  EngineError,
  type LogConfig,
  type LogLine,
  type LogStore,
  type LogTarget,
  type ReadLogRequest
} from '@runcible/interface'
import { defaultJournal, readJournal, requireJournal, type JournalInit } from './journald.ts'
import { readK8sFile } from './k8s-file.ts'

export interface FileLogsInit {
  /** Each container's log is `<root>/<id>/ctr.log` unless its configuration names another path. */
  readonly root: string
  /** Bytes after which a log is begun anew, when the container does not say. 0 is unlimited. Default 100 MiB. */
  readonly maxSize?: number
  readonly journal?: Partial<JournalInit>
}

/** Five files of 20 MiB in one: the monitor keeps no older files, so that the one it has should be long. */
const DEFAULT_MAX_SIZE = 5 * 20 * 1024 * 1024
const FILE_NAME = 'ctr.log'

const fileTarget = (root: string, fallback: number, id: string, config: LogConfig): LogTarget => {
  const path = config.path ?? join(root, id, FILE_NAME)
  if (!isAbsolute(path)) throw new EngineError('invalid-argument', `the path of a log must be absolute: ${path}`)
  const maxSize = config.maxSize ?? fallback
  if (!Number.isSafeInteger(maxSize) || maxSize < 0)
    throw new EngineError('invalid-argument', `${maxSize} is not a size of a log`)
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  // The monitor writes one format of file only; the target says which.
  return { driver: 'k8s-file', path, ...(maxSize === 0 ? {} : { maxSize }) }
}

const readUnsupported = (driver: string): AsyncIterable<LogLine> => ({
  [Symbol.asyncIterator]: () => ({
    next: async () => {
      throw new EngineError('unsupported', `logs of the driver ${driver} cannot be read`, {
        hint: 'create the container with --log-driver k8s-file'
      })
    }
  })
})

/**
 * Logs in files, or in the system's journal.
 *
 * A log is one file in the k8s-file (CRI) format; a request for `json-file` gets that as well, and its target says so.
 * When the file has `maxSize` bytes the monitor replaces it by an empty one: right after that, little is readable. It
 * cannot keep older files, so `maxSize` is both the bound of the disk and the most that can be read back.
 */
export const fileLogs =
  (init: FileLogsInit) =>
  (_components: object = {}): LogStore => {
    const journal: JournalInit = { ...defaultJournal, ...init.journal }
    const { root, maxSize = DEFAULT_MAX_SIZE } = init
    return {
      target: async (id, config) => {
        const { driver, tag } = config
        switch (driver) {
          case 'k8s-file':
          case 'json-file':
            return fileTarget(root, maxSize, id, config)
          case 'journald':
            requireJournal(journal)
            return { driver, id, ...(tag === undefined ? {} : { tag }) }
          case 'none':
          case 'passthrough':
            return { driver }
        }
      },
      read: (target: LogTarget, request: ReadLogRequest = {}) => {
        if (target.driver === 'journald') return readJournal(journal, target, request)
        if (target.driver === 'k8s-file' && target.path !== undefined) return readK8sFile(target.path, request)
        return readUnsupported(target.driver)
      },
      remove: async ({ path }) => {
        if (path === undefined) return
        for (const file of [path, `${path}.tmp`]) rmSync(file, { force: true })
      }
    }
  }
