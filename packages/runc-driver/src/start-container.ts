import { closeSync, constants, openSync, readSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { CallOptions } from '@runcible/interface'
import { throwIfAborted } from './abort.ts'
import { readRecord } from './process-record.ts'
import type { TaskContext } from './task-context.ts'
import { readNote } from './task-note.ts'

/** runc's name for what a created container waits at: it writes a byte when somebody opens the other end, and goes on. */
const FIFO = 'exec.fifo'

const openFifo = (path: string): number | undefined => {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

const hasByte = (fd: number): boolean => {
  try {
    return readSync(fd, Buffer.alloc(1)) === 1
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    return false
  }
}

/** Turns of the event loop before the waiting is done in milliseconds. */
const TURNS = 20

/** False when the container's process ended first. */
const untilByte = async (context: TaskContext, fd: number, signal: AbortSignal | undefined): Promise<boolean> => {
  const { id, linux, files, settings } = context
  const record = readRecord(linux, files)
  const isAlive = () => record !== undefined && linux.process.isRunning(record.pid, record.startTime)
  const begun = process.uptime()
  for (let turn = 0; ; turn++) {
    // Asked before the byte is looked for: a program may start and end between the two.
    const mayCome = turn < TURNS || (isAlive() && (process.uptime() - begun) * 1000 < settings.deadlines.start)
    if (hasByte(fd)) return true
    if (!mayCome) return false
    throwIfAborted(signal, `start ${id}`)
    await (turn < TURNS ? nextTurn() : sleep(1))
  }
}

/** Lets a container go on as runc's `start` does, in its place. False when it has to do it, or to say why not. */
const release = async (context: TaskContext, signal: AbortSignal | undefined): Promise<boolean> => {
  const { id, files, settings } = context
  if (readNote(files)?.ownGroup === undefined) return false
  const path = join(settings.runtimeRoot, id, FIFO)
  const fd = openFifo(path)
  if (fd === undefined) return false
  try {
    if (!(await untilByte(context, fd, signal))) return false
    // Its absence is the record that the container was started.
    rmSync(path, { force: true })
    return true
  } finally {
    closeSync(fd)
  }
}

/** Lets the program of a created container run. */
export const startContainer = async (context: TaskContext, { signal }: CallOptions = {}): Promise<number> => {
  const { id, cli, linux, files } = context
  throwIfAborted(signal, `start ${id}`)
  if (!(await release(context, signal))) await cli.call({ verb: 'start', id, deadline: 'start', signal })
  return readRecord(linux, files)?.pid ?? 0
}
