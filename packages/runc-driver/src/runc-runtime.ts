import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import {
  EngineError,
  type CallOptions,
  type ContainerRuntime,
  type CreateTask,
  type Task,
  type TaskState
} from '@runcible/interface'
import { removeAbandoned } from './abandoned.ts'
import { throwIfAborted } from './abort.ts'
import { makeBundle } from './bundle.ts'
import { groupMoves, type GroupMoves } from './group-moves.ts'
import { conmon } from './monitor/conmon.ts'
import { containerSubject, runtimeCli } from './runc-cli.ts'
import { runcTask } from './runc-task.ts'
import { resolveSettings, type RuncInit, type RuncSettings } from './settings.ts'
import { readFeatures } from './runc-features.ts'
import type { TaskContext } from './task-context.ts'
import { taskFiles } from './task-files.ts'
import { bootId, claimTask, readNote } from './task-note.ts'
import { observe, stateOf } from './task-state.ts'

/** An id is a directory name and a word for the runtime. Names with a leading dot are ours. */
const idPattern = /^[A-Za-z0-9][\w+.-]{0,199}$/

const checkId = (id: string): void => {
  if (!idPattern.test(id))
    throw new EngineError('invalid-argument', `${JSON.stringify(id.slice(0, 80))} is not an id of a container`)
}

const create = async (context: TaskContext, task: CreateTask, { signal }: CallOptions): Promise<Task> => {
  const { id, linux, files, monitor, moves, cli, settings } = context
  throwIfAborted(signal, `create ${id}`)
  cli.path()
  mkdirSync(settings.root, { recursive: true, mode: 0o700 })
  await claimTask(context, task)
  await using undo = new AsyncDisposableStack()
  // The first failure is the one to tell; a `delete`, or a `create` of that id, removes what is left.
  undo.defer(() => removeAbandoned(context).catch(() => undefined))
  makeBundle(linux, files, task)
  const { io, exitCommand, pidFile } = task
  await monitor.launch(
    {
      id,
      bundle: files.directory,
      terminal: io.terminal,
      stdin: io.stdin,
      log: io.log,
      ...(exitCommand === undefined ? {} : { exitCommand }),
      ...(pidFile === undefined ? {} : { pidFile })
    },
    { signal }
  )
  moves.settle()
  undo.move()
  return runcTask(context)
}

const contextMaker = (settings: RuncSettings, moves: GroupMoves): ((id: string) => TaskContext) => {
  const { linux, root } = settings
  const cli = runtimeCli(settings)
  const monitor = conmon({
    linux,
    root,
    runtime: () => ({ path: cli.path(), options: cli.globalOptions }),
    path: settings.conmon,
    deadline: settings.deadlines.create
  })
  return (id) => ({ id, linux, settings, cli, monitor, moves, files: taskFiles(join(root, id)) })
}

const exists = ({ files }: TaskContext): boolean => readNote(files)?.bootId === bootId()

const namesIn = (root: string): string[] => {
  try {
    return readdirSync(root).filter((name) => idPattern.test(name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

/**
 * runc, or another OCI runtime with its command line, behind conmon. Needs nothing of the other parts of an engine.
 *
 * A task is one directory below `root`: its bundle, its mounted root file system, and the files of its monitor. Another
 * process with the same `root` sees the same tasks. Should a monitor be killed together with its container, `wait` answers
 * 137 and `state` has no `exit`.
 */
export const runc =
  (init: RuncInit) =>
  (_components: object = {}): ContainerRuntime => {
    const settings = resolveSettings(init)
    const moves = groupMoves(settings.linux)
    const contextOf = contextMaker(settings, moves)
    return {
      name: settings.name,
      anticipate: moves.anticipate,
      create: async (task, options = {}) => {
        checkId(task.id)
        return create(contextOf(task.id), task, options)
      },
      load: async (id) => {
        checkId(id)
        const context = contextOf(id)
        if (exists(context)) return runcTask(context)
        throw new EngineError('not-found', `there is no task of container ${id}`, { subject: containerSubject(id) })
      },
      list: async () => {
        const contexts = namesIn(settings.root).map(contextOf).filter(exists)
        return Promise.all(
          contexts.map(async (context): Promise<TaskState> => stateOf(context.id, await observe(context)))
        )
      },
      features: () => readFeatures(runtimeCli(settings))
    }
  }
