import { join } from 'node:path'
import {
  EngineError,
  type CallOptions,
  type LaunchRequest,
  type Monitor,
  type MonitoredProcess
} from '@runcible/interface'
import type { Linux } from '@runcible/linux'
import { endMonitor } from '../abandoned.ts'
import { throwIfAborted } from '../abort.ts'
import { findExecutable } from '../find-executable.ts'
import { readRecord, writeRecord } from '../process-record.ts'
import { containerSubject } from '../runc-cli.ts'
import { removeFiles } from '../remove-files.ts'
import { taskFiles } from '../task-files.ts'
import { launchArgs, type MonitorRuntime } from './conmon-args.ts'
import { monitoredProcess } from './monitored-process.ts'
import { expectPid, spawnMonitor } from './spawn-monitor.ts'

export interface ConmonInit {
  readonly linux: Linux
  /** Each bundle is the directory `<root>/<id>`, where conmon also keeps its files. */
  readonly root: string
  /** Asked for at each launch, since finding the runtime may fail. */
  readonly runtime: () => MonitorRuntime
  /** conmon: a path or a name. Default `conmon`. */
  readonly path?: string
  /** Milliseconds for a launch. Default 60,000. */
  readonly deadline?: number
}

const DEFAULT_DEADLINE = 60_000

/** conmon 2.0.30 and later. */
export const conmon = (init: ConmonInit): Monitor => {
  const { linux, root, path = 'conmon', deadline = DEFAULT_DEADLINE } = init
  let found: string | undefined
  const filesOf = (id: string) => taskFiles(join(root, id))

  const launch = async (request: LaunchRequest, options: CallOptions = {}): Promise<MonitoredProcess> => {
    const { id, bundle, log, terminal, stdin, exitCommand } = request
    const files = filesOf(id)
    if (bundle !== files.directory)
      throw new EngineError('invalid-argument', `the bundle of ${id} must be ${files.directory}`)
    throwIfAborted(options.signal, `create ${id}`)
    found ??= findExecutable(path, 'conmon')
    const args = launchArgs({ id, uuid: id, files, runtime: init.runtime(), terminal, stdin, log, exitCommand })
    const passthrough = log.driver === 'passthrough'
    using child = spawnMonitor({ linux, path: found, args, files, held: false, passthrough })
    try {
      const pid = await expectPid(child.sync, files, containerSubject(id), {
        step: 'create',
        deadline,
        signal: options.signal
      })
      const record = writeRecord(linux, files, pid)
      if (request.pidFile !== undefined) linux.atomicFile.writeSync(request.pidFile, `${pid}`, { sync: false })
      return monitoredProcess({ linux, id, files, record, pid })
    } catch (error) {
      await endMonitor(linux, files)
      throw error
    }
  }

  const reconnect = async (id: string): Promise<MonitoredProcess> => {
    const files = filesOf(id)
    const record = readRecord(linux, files)
    const process = monitoredProcess({ linux, id, files, record, pid: record?.pid ?? 0 })
    if (record === undefined && (await process.exit()) === undefined) {
      throw new EngineError('not-found', `no monitored process ${id}`, { subject: containerSubject(id) })
    }
    return process
  }

  const forget = async (id: string): Promise<void> => {
    const files = filesOf(id)
    // With its exit recorded the monitor is ending by itself, or has become the exit command that may have called us.
    if ((await monitoredProcess({ linux, id, files, record: readRecord(linux, files), pid: 0 }).exit()) === undefined) {
      await endMonitor(linux, files)
    }
    removeFiles(files)
  }

  return { launch, reconnect, forget }
}
