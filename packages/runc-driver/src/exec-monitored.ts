import { EngineError, type Attachment, type CallOptions, type ExecProcess, type Exit } from '@runcible/interface'
import { throwIfAborted } from './abort.ts'
import { findExecutable } from './find-executable.ts'
import { connectAttach } from './monitor/attach-socket.ts'
import { execArgs } from './monitor/conmon-args.ts'
import { sendWindowSize } from './monitor/control-pipe.ts'
import { untilExit } from './monitor/exit-file.ts'
import { expectPid, spawnMonitor, type MonitorProcess } from './monitor/spawn-monitor.ts'
import { findMonitor, writeRecord, type ProcessRecord } from './process-record.ts'
import { signalNumber } from './signals.ts'
import type { ExecContext } from './task-exec.ts'

interface Started {
  readonly pid: number
  readonly attachment: Attachment | undefined
}

/** conmon waits twice on its start pipe: before it does anything, and, once it can be attached to, before the process. */
const startAttached = async (context: ExecContext, child: MonitorProcess, options: CallOptions): Promise<Started> => {
  const { task, exec, files, subject } = context
  const sync = { step: 'exec', deadline: task.settings.deadlines.create, signal: options.signal }
  child.proceed()
  if (child.attach !== undefined) await expectPid(child.attach, files, subject, sync)
  const resize = async (size: Parameters<typeof sendWindowSize>[1]) => sendWindowSize(files.control, size)
  const attachment = connectAttach({
    linux: task.linux,
    path: files.attach,
    request: { stdin: exec.stdin, stdout: true, stderr: true },
    resize
  })
  try {
    child.proceed()
    const pid = await expectPid(child.sync, files, subject, sync)
    if (exec.size !== undefined && exec.process.terminal === true) await resize(exec.size).catch(() => undefined)
    return { pid, attachment }
  } catch (error) {
    attachment.detach()
    throw error
  }
}

const startDetached = async (
  { task, files, subject }: ExecContext,
  child: MonitorProcess,
  options: CallOptions
): Promise<Started> => {
  const sync = { step: 'exec', deadline: task.settings.deadlines.create, signal: options.signal }
  return { pid: await expectPid(child.sync, files, subject, sync), attachment: undefined }
}

/** A process behind a monitor of its own: it outlives the caller, and its output and exit are kept for it meanwhile. */
export const execMonitored = async (context: ExecContext, options: CallOptions): Promise<ExecProcess> => {
  const { task, exec, files, processFile } = context
  const { cli, settings, linux, id } = task
  throwIfAborted(options.signal, `exec ${exec.id}`)
  const held = exec.io.kind === 'streams'
  const args = execArgs({
    id,
    uuid: exec.id,
    files,
    runtime: { path: cli.path(), options: cli.globalOptions },
    terminal: exec.process.terminal === true,
    stdin: held && exec.stdin,
    processFile,
    attach: held
  })
  const path = findExecutable(settings.conmon, 'conmon')
  using child = spawnMonitor({ linux, path, args, files, held, passthrough: false })
  try {
    const { pid, attachment } = await (held ? startAttached : startDetached)(context, child, options)
    return execProcess(context, pid, attachment)
  } catch (error) {
    const monitor = findMonitor(linux, files)
    if (monitor !== undefined) linux.process.kill(monitor.pid, 'SIGKILL')
    throw error
  }
}

const execProcess = (context: ExecContext, pid: number, attachment: Attachment | undefined): ExecProcess => {
  const { task, exec, files, subject, clean } = context
  const { linux } = task
  const record: ProcessRecord | undefined = writeRecord(linux, files, pid)
  let exit: Promise<Exit> | undefined
  const wait = (signal: AbortSignal | undefined) =>
    untilExit({ linux, files, record, signal, monitor: () => record?.monitor ?? findMonitor(linux, files) })
  return {
    id: exec.id,
    pid,
    attachment,
    wait: async ({ signal } = {}) => {
      if (exit !== undefined) return exit
      const found = await wait(signal)
      exit ??= Promise.resolve(found)
      clean()
      return exit
    },
    kill: async (signal) => {
      try {
        if (record === undefined)
          throw new EngineError('failed-precondition', `exec ${exec.id} is not running`, { subject })
        linux.process.signal(record, signalNumber(signal))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
        throw new EngineError('failed-precondition', `exec ${exec.id} is not running`, { subject, cause: error })
      }
    },
    resize: async (size) => sendWindowSize(files.control, size)
  }
}
