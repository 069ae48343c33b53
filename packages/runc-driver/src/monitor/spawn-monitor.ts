import { closeSync, openSync, writeSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { EngineError, type ErrorSubject } from '@runcible/interface'
import type { Linux, SpawnRequest } from '@runcible/linux'
import { childEnvironment } from '../run-command.ts'
import { readHead } from '../read-text.ts'
import { runtimeError } from '../runc-errors.ts'
import type { TaskFiles } from '../task-files.ts'
import { readAnswer, type SyncAnswer, type SyncOptions } from './sync-pipe.ts'

export interface MonitorProcess extends Disposable {
  /** Of the answers of conmon, the one with the process id. */
  readonly sync: Readable
  /** Answers once the attach socket is there. */
  readonly attach: Readable | undefined
  /** Lets a conmon that was held back go on: twice for an exec. */
  proceed(): void
}

export interface SpawnMonitor {
  readonly linux: Linux
  /** Absolute. */
  readonly path: string
  readonly args: readonly string[]
  readonly files: TaskFiles
  /** With the two pipes that hold an exec back until its client is there. */
  readonly held: boolean
  /** Give the container our own standard streams instead of logging them. */
  readonly passthrough: boolean
}

const GO = Buffer.of(0)

const release = (pipe: number): void => {
  try {
    writeSync(pipe, GO)
  } catch (error) {
    // One that has ended says why in its answer.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  }
}

const start = (linux: Linux, request: SpawnRequest): number => {
  try {
    return linux.process.spawn(request)
  } catch (error) {
    throw new EngineError('unavailable', `conmon cannot be started: ${(error as Error).message}`, { cause: error })
  }
}

/** Starts conmon in its own session, with exactly the descriptors it uses, in the directory where it leaves its marker. */
export const spawnMonitor = (request: SpawnMonitor): MonitorProcess => {
  const { linux, path, args, files, held, passthrough } = request
  using given = new DisposableStack()
  using kept = new DisposableStack()
  const close = (fd: number): void => closeSync(fd)
  const errors = given.adopt(openSync(files.monitorLog, 'a', 0o600), close)
  const pipe = () => linux.socket.pipe()
  const answers = () => {
    const [ours, theirs] = pipe()
    given.adopt(theirs, close)
    const stream = kept.adopt(linux.socket.adopt(ours), (socket) => socket.destroy())
    stream.on('error', () => undefined)
    return { stream, theirs }
  }
  const sync = answers()
  const [theirStart, ourStart] = held ? pipe() : []
  if (theirStart !== undefined) given.adopt(theirStart, close)
  if (ourStart !== undefined) kept.adopt(ourStart, close)
  const attach = held ? answers() : undefined
  const environment = {
    _OCI_SYNCPIPE: '3',
    ...(held ? { _OCI_STARTPIPE: '4', _OCI_ATTACHPIPE: '5' } : {}),
    // Symbols are looked up before conmon forks: the monitor that stays does not touch the pages that takes.
    LD_BIND_NOW: '1'
  }
  const pipes = [sync.theirs, theirStart, attach?.theirs].filter((fd) => fd !== undefined)
  const pid = start(linux, {
    path,
    args,
    directory: files.directory,
    env: childEnvironment(environment),
    fds: [...(passthrough ? [0, 1, 2] : [null, null, errors]), ...pipes]
  })
  // It ends once the monitor has left it for the background, which is usually over by the time of the answer.
  kept.defer(() => linux.process.reap(pid))
  const owned = kept.move()
  return {
    sync: sync.stream,
    attach: attach?.stream,
    proceed: () => {
      if (ourStart !== undefined) release(ourStart)
    },
    [Symbol.dispose]: () => owned.dispose()
  }
}

const MESSAGE_LIMIT = 16 * 1024

/**
 * The process id in an answer of conmon.
 *
 * @throws EngineError with what the runtime, or conmon itself, had to say
 */
export const expectPid = async (
  pipe: Readable,
  files: TaskFiles,
  subject: ErrorSubject,
  options: SyncOptions
): Promise<number> => {
  const answer: SyncAnswer | undefined = await readAnswer(pipe, options)
  if (answer !== undefined && 'pid' in answer) return answer.pid
  const words = [answer?.failure, readHead(files.runtimeLog, MESSAGE_LIMIT), readHead(files.monitorLog, MESSAGE_LIMIT)]
  throw runtimeError(words.find((text) => text !== undefined && text.trim() !== '') ?? '', options.step, subject)
}
