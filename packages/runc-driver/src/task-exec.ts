import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isatty } from 'node:tty'
import {
  EngineError,
  type CallOptions,
  type ErrorSubject,
  type ExecProcess,
  type ExecTask,
  type TerminalSize
} from '@runcible/interface'
import { serializeSpec } from '@runcible/oci-spec'
import { execInherited } from './exec-inherited.ts'
import { execMonitored } from './exec-monitored.ts'
import type { TaskContext } from './task-context.ts'
import { observe } from './task-state.ts'
import { taskFiles, type TaskFiles } from './task-files.ts'

/** One exec in the making: its own directory beside the container's files, and the process as the runtime reads it. */
export interface ExecContext {
  readonly task: TaskContext
  readonly exec: ExecTask
  readonly files: TaskFiles
  readonly processFile: string
  readonly subject: ErrorSubject
  /** Removes the directory. */
  readonly clean: () => void
}

/** The size of the caller's own terminal, so that the program has it from its first moment. */
const sizeOf = ({ linux }: TaskContext, { io }: ExecTask): TerminalSize | undefined => {
  const fd =
    io.kind === 'inherit'
      ? [io.stdio.stdin, io.stdio.stdout].find((candidate) => typeof candidate === 'number' && isatty(candidate))
      : undefined
  return typeof fd === 'number' ? linux.tty.windowSize(fd) : undefined
}

const prepare = (task: TaskContext, exec: ExecTask): ExecContext => {
  const { id, process } = exec
  const size = exec.size ?? sizeOf(task, exec)
  const files = taskFiles(join(task.files.execs, id))
  const subject: ErrorSubject = { kind: 'exec', name: id }
  if (!/^[\w][\w.-]*$/.test(id))
    throw new EngineError('invalid-argument', `${JSON.stringify(id)} is not an id of an exec`)
  mkdirSync(task.files.execs, { mode: 0o700, recursive: true })
  try {
    mkdirSync(files.directory, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new EngineError('already-exists', `exec ${id} has been made already`, { subject, cause: error })
  }
  const processFile = join(files.directory, 'spec.json')
  const consoleSize =
    process.terminal === true && size !== undefined ? { consoleSize: { height: size.rows, width: size.columns } } : {}
  writeFileSync(processFile, serializeSpec({ ...process, ...consoleSize }), { mode: 0o600 })
  return {
    task,
    exec,
    files,
    processFile,
    subject,
    clean: () => rmSync(files.directory, { recursive: true, force: true })
  }
}

/** Runs a further process in a container that runs. */
export const execTask = async (task: TaskContext, exec: ExecTask, options: CallOptions = {}): Promise<ExecProcess> => {
  const { status } = await observe(task)
  if (status !== 'running') {
    throw new EngineError('failed-precondition', `container ${task.id} is ${status}: nothing can be executed in it`, {
      subject: { kind: 'container', name: task.id }
    })
  }
  const context = prepare(task, exec)
  try {
    return exec.io.kind === 'inherit'
      ? execInherited(context, exec.io.stdio, options)
      : await execMonitored(context, options)
  } catch (error) {
    context.clean()
    throw error
  }
}
