import { mkdirSync, writeFileSync } from 'node:fs'
import { EngineError, type CreateTask } from '@runcible/interface'
import type { Linux } from '@runcible/linux'
import { removeAbandoned } from './abandoned.ts'
import { ownGroup } from './own-group.ts'
import { readNumber, readText } from './read-text.ts'
import { containerSubject } from './runc-cli.ts'
import type { TaskContext } from './task-context.ts'
import type { TaskFiles } from './task-files.ts'

/** What is noted about a task before anything else is made, for whoever finds it later. */
export interface TaskNote {
  readonly bootId: string
  /** Who was creating it. */
  readonly creator: { readonly pid: number; readonly startTime: string }
  readonly terminal: boolean
  /** See `ownGroup`. */
  readonly ownGroup?: string
}

let boot: string | undefined

export const bootId = (): string => (boot ??= readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '')

const noteOf = ({ linux, settings, cli }: TaskContext, task: CreateTask): TaskNote => {
  const group = ownGroup(task, settings, cli.path())
  return {
    bootId: bootId(),
    creator: { pid: process.pid, startTime: `${linux.process.startTime(process.pid) ?? 0n}` },
    terminal: task.io.terminal,
    ...(group === undefined ? {} : { ownGroup: group })
  }
}

export const readNote = (files: TaskFiles): TaskNote | undefined => {
  try {
    const text = readText(files.note)
    return text === undefined ? undefined : (JSON.parse(text) as TaskNote)
  } catch {
    return undefined
  }
}

export const isCreatorAlive = (linux: Linux, { creator }: TaskNote): boolean =>
  linux.process.isRunning(creator.pid, BigInt(creator.startTime))

/**
 * Whether a directory is left from before a reboot, or from a creation that was cut off before the monitor was started:
 * nothing can run there.
 */
const isLeftover = (linux: Linux, files: TaskFiles): boolean => {
  const note = readNote(files)
  if (note === undefined) return true
  if (note.bootId !== bootId()) return true
  return !isCreatorAlive(linux, note) && readNumber(files.monitorPid) === undefined
}

/**
 * Takes the directory of a new task, clearing what a reboot or a cut-off creation left there.
 *
 * @throws EngineError `already-exists`
 */
export const claimTask = async (context: TaskContext, task: CreateTask): Promise<void> => {
  const { linux, files } = context
  if (!makeDirectory(files)) {
    if (!isLeftover(linux, files)) throw alreadyExists(task.id)
    await removeAbandoned(context)
    if (!makeDirectory(files)) throw alreadyExists(task.id)
  }
  writeFileSync(files.note, JSON.stringify(noteOf(context, task)), { mode: 0o600 })
}

const alreadyExists = (id: string): EngineError =>
  new EngineError('already-exists', `container ${id} has been created already`, {
    subject: containerSubject(id),
    hint: 'delete it first'
  })

const makeDirectory = ({ directory }: TaskFiles): boolean => {
  try {
    mkdirSync(directory, { mode: 0o700 })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}
