import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { EngineError, type ErrorSubject } from '@runcible/interface'
import { childEnvironment } from '../run-command.ts'
import { readHead } from '../read-text.ts'
import { runtimeError } from '../runc-errors.ts'
import type { TaskFiles } from '../task-files.ts'
import { readAnswer, type SyncAnswer, type SyncOptions } from './sync-pipe.ts'

export interface MonitorProcess {
  /** Of the answers of conmon, the one with the process id. */
  readonly sync: Readable
  /** Lets conmon go on, each time something is written to it. */
  readonly start: Writable | undefined
  /** Answers once the attach socket is there. */
  readonly attach: Readable | undefined
  /** Rejects when conmon could not be started. */
  readonly failed: Promise<never>
}

export interface SpawnMonitor {
  readonly path: string
  readonly args: readonly string[]
  readonly files: TaskFiles
  /** With the two pipes that hold an exec back until its client is there. */
  readonly held: boolean
  /** Give the container our own standard streams instead of logging them. */
  readonly passthrough: boolean
}

/** Starts conmon in its own session, with exactly the descriptors it uses, in the directory where it leaves its marker. */
export const spawnMonitor = ({ path, args, files, held, passthrough }: SpawnMonitor): MonitorProcess => {
  const errors = openSync(files.monitorLog, 'a', 0o600)
  const pipes = held ? (['pipe', 'pipe', 'pipe'] as const) : (['pipe'] as const)
  const environment = {
    _OCI_SYNCPIPE: '3',
    ...(held ? { _OCI_STARTPIPE: '4', _OCI_ATTACHPIPE: '5' } : {}),
    // Symbols are looked up before conmon forks: the monitor that stays does not touch the pages that takes.
    LD_BIND_NOW: '1'
  }
  try {
    const child = spawn(path, args, {
      cwd: files.directory,
      env: childEnvironment(environment),
      detached: true,
      stdio: [...(passthrough ? ([0, 1, 2] as const) : (['ignore', 'ignore', errors] as const)), ...pipes]
    })
    child.unref()
    const failed = new Promise<never>((_resolve, reject) => child.once('error', reject))
    failed.catch(() => undefined)
    const stream = <T>(index: number) => child.stdio[index] as T
    for (const pipe of child.stdio) pipe?.on('error', () => undefined)
    return {
      sync: stream<Readable>(3),
      start: held ? stream<Writable>(4) : undefined,
      attach: held ? stream<Readable>(5) : undefined,
      failed
    }
  } finally {
    closeSync(errors)
  }
}

const MESSAGE_LIMIT = 16 * 1024

/**
 * The process id in an answer of conmon.
 *
 * @throws EngineError with what the runtime, or conmon itself, had to say
 */
export const expectPid = async (
  process: MonitorProcess,
  pipe: Readable,
  files: TaskFiles,
  subject: ErrorSubject,
  options: SyncOptions
): Promise<number> => {
  const answer: SyncAnswer | undefined = await Promise.race([readAnswer(pipe, options), process.failed]).catch(
    (error: unknown) => {
      if (error instanceof EngineError) throw error
      throw new EngineError('unavailable', `conmon cannot be started: ${(error as Error).message}`, { cause: error })
    }
  )
  if (answer !== undefined && 'pid' in answer) return answer.pid
  const words = [answer?.failure, readHead(files.runtimeLog, MESSAGE_LIMIT), readHead(files.monitorLog, MESSAGE_LIMIT)]
  throw runtimeError(words.find((text) => text !== undefined && text.trim() !== '') ?? '', options.step, subject)
}
