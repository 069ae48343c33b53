import { join } from 'node:path'

/** Where the traces of a task are: one directory, which is the bundle and the monitor's working directory as well. */
export interface TaskFiles {
  readonly directory: string
  readonly config: string
  /** What the driver notes about a task before anything is made. */
  readonly note: string
  readonly rootfs: string
  /** Written by the monitor: process ids, exit code, out-of-memory marker, its own messages. */
  readonly pid: string
  readonly monitorPid: string
  readonly exit: string
  readonly oom: string
  readonly monitorLog: string
  readonly runtimeLog: string
  /** Sockets and pipes of the monitor. */
  readonly attach: string
  readonly control: string
  /** The identity of the container's process. */
  readonly process: string
  /** Holds one directory for each exec. */
  readonly execs: string
}

export const taskFiles = (directory: string): TaskFiles => ({
  directory,
  config: join(directory, 'config.json'),
  note: join(directory, 'task.json'),
  rootfs: join(directory, 'rootfs'),
  pid: join(directory, 'pid'),
  monitorPid: join(directory, 'monitor.pid'),
  exit: join(directory, 'exit'),
  oom: join(directory, 'oom'),
  monitorLog: join(directory, 'monitor.log'),
  runtimeLog: join(directory, 'runtime.log'),
  attach: join(directory, 'attach'),
  control: join(directory, 'ctl'),
  process: join(directory, 'process.json'),
  execs: join(directory, 'exec')
})
