import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { EngineError, isEngineError, type ErrorCode } from '@runcible/interface'
import { makeFolder } from './folder.ts'
import { refuseLostDatabase } from './lost-state.ts'
import { migrate } from './migrate.ts'

/** Milliseconds that a writer waits for another process's transaction. */
const busyTimeout = 10_000

// Loaded when a store is opened: commands that need no state do not pay for SQLite.
const load = createRequire(import.meta.url)

/**
 * Opens the state database, making it (mode 0700 folder) when it is not there. Write-ahead logging: readers never wait.
 * `corrupt` when the file is no database of ours, or is gone while containers have files beside it; `unsupported` when a
 * newer engine wrote it; `permission-denied` and `exhausted` by what the host says.
 */
export function openDatabase(path: string): DatabaseSync {
  const { DatabaseSync } = load('node:sqlite') as typeof import('node:sqlite')
  return withDatabaseErrors(path, () => {
    makeFolder(dirname(path))
    refuseLostDatabase(path)
    const database = new DatabaseSync(path, { timeout: busyTimeout })
    try {
      migrate(database, path)
      // A commit survives the death of any process; a power cut may lose the last ones, never the order or the file.
      database.exec('PRAGMA synchronous = NORMAL')
      // Pages; by default five times as many. Whoever opens the file while nobody else has it reads the whole log.
      database.exec('PRAGMA wal_autocheckpoint = 200')
      return database
    } catch (error) {
      database.close()
      throw error
    }
  })
}

/** SQLite's primary result codes: https://sqlite.org/rescode.html */
const resultCodes = { perm: 3, busy: 5, readonly: 8, corrupt: 11, full: 13, cantopen: 14, notadb: 26 }

interface SqliteError extends Error {
  readonly errcode: number
}

const isSqliteError = (error: unknown): error is SqliteError =>
  error instanceof Error && typeof (error as Partial<SqliteError>).errcode === 'number'

/** Runs `action` and gives what SQLite or the file system throw the engine's codes. */
export function withDatabaseErrors<T>(path: string, action: () => T): T {
  try {
    return action()
  } catch (error) {
    throw translate(error, path)
  }
}

function translate(error: unknown, path: string): unknown {
  if (isEngineError(error)) return error
  return isSqliteError(error)
    ? translateSqlite(error, path)
    : hostError(error, `cannot open the state in ${dirname(path)}`)
}

const hostErrors: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  EACCES: ['permission-denied', 'permission denied'],
  EPERM: ['permission-denied', 'permission denied'],
  EROFS: ['permission-denied', 'the file system is read-only'],
  ENOSPC: ['exhausted', 'the disk is full'],
  EDQUOT: ['exhausted', 'the disk quota is used up'],
  EMFILE: ['exhausted', 'too many open files'],
  ENFILE: ['exhausted', 'too many open files'],
  ENOENT: ['invalid-argument', 'no directory can be made there'],
  ENOTDIR: ['invalid-argument', 'not a directory'],
  EEXIST: ['invalid-argument', 'not a directory']
}

/** What the file system refused, in the engine's codes; other errors as they are. */
export function hostError(error: unknown, failed: string): unknown {
  const [code, why] = hostErrors[(error as NodeJS.ErrnoException | undefined)?.code ?? ''] ?? []
  if (code === undefined) return error
  const hint = code === 'exhausted' ? 'free some' : 'run as root, or name another --root'
  return new EngineError(code, `${failed}: ${why}`, { hint, cause: error })
}

function translateSqlite(error: SqliteError, path: string): EngineError {
  const cause = { cause: error }
  switch (error.errcode & 0xff) {
    case resultCodes.corrupt:
    case resultCodes.notadb:
      return new EngineError('corrupt', `the state database ${path} is damaged: ${error.message}`, {
        hint: 'move the file away to start with an empty state; running containers keep running',
        ...cause
      })
    case resultCodes.full:
      return new EngineError('exhausted', `cannot write the state database ${path}: the disk is full`, cause)
    case resultCodes.busy:
      return new EngineError(
        'timeout',
        `another process kept the state database ${path} for over ${busyTimeout / 1000} s`,
        cause
      )
    case resultCodes.perm:
    case resultCodes.readonly:
    case resultCodes.cantopen:
      return new EngineError('permission-denied', `cannot open the state database ${path}: ${error.message}`, {
        hint: 'run as root, or name another --root',
        ...cause
      })
    default:
      return new EngineError('internal', `state database ${path}: ${error.message}`, cause)
  }
}
