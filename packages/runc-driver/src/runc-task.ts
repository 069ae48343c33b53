import { EngineError, isEngineError, type CallOptions, type Exit, type Task } from '@runcible/interface'
import type { Linux } from '@runcible/linux'
import type { LinuxResources } from '@runcible/oci-spec'
import { removeAbandoned } from './abandoned.ts'
import { processesOf, thaw } from './cgroup-files.ts'
import { sendWindowSize } from './monitor/control-pipe.ts'
import { untilExit } from './monitor/exit-file.ts'
import { monitoredProcess } from './monitor/monitored-process.ts'
import { forgetContainer } from './forget-container.ts'
import { findMonitor, readRecord, type ProcessRecord } from './process-record.ts'
import { containerSubject } from './runc-cli.ts'
import { signalNumber } from './signals.ts'
import { startContainer } from './start-container.ts'
import { readStats } from './stats.ts'
import type { TaskContext } from './task-context.ts'
import { execTask } from './task-exec.ts'
import { observe, stateOf } from './task-state.ts'
import { updateGroups } from './update-groups.ts'

const SIGKILL = 9

const notRunning = ({ id }: TaskContext, what = 'is not running'): EngineError =>
  new EngineError('failed-precondition', `container ${id} ${what}`, { subject: containerSubject(id) })

const isGone = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === 'ESRCH'

const livingRecord = async (context: TaskContext): Promise<ProcessRecord> => {
  const { record, status } = await observe(context)
  if (record === undefined || status === 'stopped') throw notRunning(context)
  return record
}

/** Signals the main process first: with a pid namespace of its own, its end is that of every other one. */
const kill = async (context: TaskContext, signal: string | number, all: boolean): Promise<void> => {
  const { linux } = context
  const number = signalNumber(signal)
  const record = await livingRecord(context)
  try {
    linux.process.signal(record, number)
    if (all) signalOthers(context, record, number)
  } catch (error) {
    throw isGone(error) ? notRunning(context) : error
  }
  // A frozen process would take notice of its end only when it is resumed.
  if (number === SIGKILL) thaw(linux, record.groups)
}

/** Rounds of killing before processes that keep forking are left to the runtime's `delete`. */
const ROUNDS = 20

const signalOthers = ({ linux }: TaskContext, { pid: main, groups }: ProcessRecord, number: number): void => {
  for (let round = 0; round < (number === SIGKILL ? ROUNDS : 1); round++) {
    const others = processesOf(linux, groups).filter(
      (pid) => pid !== main && linux.process.startTime(pid) !== undefined
    )
    if (others.length === 0) return
    for (const pid of others) signalIfThere(linux, pid, number)
  }
}

const signalIfThere = (linux: Linux, pid: number, number: number): void => {
  const startTime = linux.process.startTime(pid)
  if (startTime === undefined) return
  try {
    linux.process.signal({ pid, startTime }, number)
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

const wait = (context: TaskContext, options: CallOptions = {}): Promise<Exit> => {
  const { linux, files } = context
  const record = readRecord(linux, files)
  return untilExit({
    linux,
    files,
    record,
    signal: options.signal,
    monitor: () => record?.monitor ?? findMonitor(linux, files)
  })
}

const remove = async (
  context: TaskContext,
  options: CallOptions & { readonly force?: boolean }
): Promise<Exit | undefined> => {
  const { monitor, id } = context
  const { status, record, exit } = await observe(context)
  if (options.force !== true && (status === 'running' || status === 'paused'))
    throw notRunning(context, `is ${status}: stop it first`)
  let last = exit
  if (status !== 'stopped' && record !== undefined) {
    await kill(context, SIGKILL, false).catch((error: unknown) => {
      if (!isEngineError(error, 'failed-precondition')) throw error
    })
    const ended = await wait(context, { signal: options.signal })
    // A container that was never started has not exited in any sense of its owner.
    last = status === 'created' ? undefined : ended
  }
  if (record === undefined && exit === undefined) {
    await removeAbandoned(context)
    return undefined
  }
  await forgetContainer(context, options)
  await monitor.forget(id)
  return last
}

const update = async (context: TaskContext, resources: LinuxResources): Promise<void> => {
  const { cli, id, linux } = context
  await cli.call({ verb: 'update', options: ['--resources', '-'], id, input: JSON.stringify(resources) })
  updateGroups(linux, (await livingRecord(context)).groups, resources)
}

/** A task of the runtime, seen through its files. Holds nothing but its id: any number of them may exist at once. */
export const runcTask = (context: TaskContext): Task => {
  const { id, cli, linux, files } = context
  const control = async (verb: 'pause' | 'resume'): Promise<void> => {
    await cli.call({ verb, id })
  }
  return {
    id,
    start: (options) => startContainer(context, options),
    state: async () => stateOf(id, await observe(context)),
    kill: (signal, { all = false } = {}) => kill(context, signal, all),
    attach: (request, options) =>
      monitoredProcess({ linux, id, files, record: undefined, pid: 0 }).attach(request, options),
    resize: async (size) => sendWindowSize(files.control, size),
    wait: (options) => wait(context, options),
    exec: async (exec, options) => execTask(context, exec, options),
    pause: () => control('pause'),
    resume: () => control('resume'),
    update: (resources) => update(context, resources),
    stats: async () => readStats(linux, (await livingRecord(context)).groups),
    pids: async () => {
      const { pid, groups } = await livingRecord(context)
      return [pid, ...processesOf(linux, groups).filter((other) => other !== pid)]
    },
    delete: (options = {}) => remove(context, options)
  }
}
