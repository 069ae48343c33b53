import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Exit, TaskState, TaskStatus } from '@runcible/interface'
import { jsonLimits, parseJson, parseRuntimeState } from '@runcible/oci-spec'
import { isFrozen } from './cgroup-files.ts'
import { readExit, untilExit } from './monitor/exit-file.ts'
import { findMonitor, readRecord, type ProcessRecord } from './process-record.ts'
import type { TaskContext } from './task-context.ts'
import { isCreatorAlive, readNote } from './task-note.ts'

/** What is found about a task: from files and `/proc` alone, without starting a program. */
export interface Observation {
  readonly record: ProcessRecord | undefined
  readonly status: TaskStatus
  readonly exit: Exit | undefined
}

/** How long a monitor may take from the end of its process to the record of the exit. */
const RECORDING_MS = 2000

/** runc and crun keep a FIFO of this name for a container that waits to be started; others are asked. */
const isCreated = async ({ id, cli, settings }: TaskContext): Promise<boolean> => {
  const directory = join(settings.runtimeRoot, id)
  if (existsSync(join(directory, 'exec.fifo'))) return true
  if (existsSync(join(directory, 'state.json')) || existsSync(join(directory, 'status'))) return false
  try {
    return parseRuntimeState(parseJson(await cli.call({ verb: 'state', id }), jsonLimits.config)).status === 'created'
  } catch {
    return false
  }
}

/** The exit of a process that is gone: recorded now, or in a moment by a monitor that still runs. */
const recordedExit = async (context: TaskContext, record: ProcessRecord | undefined): Promise<Exit | undefined> => {
  const { linux, files } = context
  const monitor = record?.monitor ?? findMonitor(linux, files)
  if (monitor === undefined || !linux.process.isRunning(monitor.pid, monitor.startTime))
    return readExit(linux, files, record)
  const wait = untilExit({ linux, files, record, monitor: () => monitor, signal: AbortSignal.timeout(RECORDING_MS) })
  await wait.catch(() => undefined)
  return readExit(linux, files, record)
}

export const observe = async (context: TaskContext): Promise<Observation> => {
  const { linux, files } = context
  const record = readRecord(linux, files)
  const exit = readExit(linux, files, record)
  if (exit !== undefined) return { record, status: 'stopped', exit }
  if (record === undefined) {
    const note = readNote(files)
    return {
      record,
      status: note !== undefined && isCreatorAlive(linux, note) ? 'created' : 'stopped',
      exit: undefined
    }
  }
  if (!linux.process.isRunning(record.pid, record.startTime)) {
    return { record, status: 'stopped', exit: await recordedExit(context, record) }
  }
  const status = (await isCreated(context)) ? 'created' : isFrozen(linux, record.groups) ? 'paused' : 'running'
  return { record, status, exit: undefined }
}

export const stateOf = (id: string, { record, status, exit }: Observation): TaskState => ({
  id,
  status,
  pid: status === 'stopped' ? 0 : (record?.pid ?? 0),
  ...(exit === undefined ? {} : { exit })
})
