import { join } from 'node:path'
import { createLinux, type Linux } from '@runcible/linux'

/** How long each external step may take, in milliseconds. */
export interface Deadlines {
  /** Monitor and `create` of the runtime, and the start of an exec. */
  readonly create: number
  readonly start: number
  readonly delete: number
  /** Every other call of the runtime: pause, update, features … */
  readonly control: number
}

export interface RuncInit {
  /** By default the real kernel. */
  readonly linux?: Linux
  /** Directory of the tasks, made with mode 0700 when missing. A volatile place such as `/run`: a reboot ends every task. */
  readonly root: string
  /** The runtime: a path, or a name searched in PATH and the usual system directories. Default `runc`. */
  readonly runtime?: string
  /** Name as stored and shown. Default `runc`. */
  readonly name?: string
  /** The runtime's own state (`--root`). Default `.runtime` inside `root`. */
  readonly runtimeRoot?: string
  /** conmon: a path or a name. Default `conmon`. */
  readonly conmon?: string
  /** Control groups made by systemd instead of by file. Default false. */
  readonly systemdCgroup?: boolean
  readonly deadlines?: Partial<Deadlines>
}

/** `RuncInit` with every default filled in. */
export interface RuncSettings {
  readonly linux: Linux
  readonly root: string
  readonly runtime: string
  readonly name: string
  readonly runtimeRoot: string
  readonly conmon: string
  readonly systemdCgroup: boolean
  readonly deadlines: Deadlines
}

const defaultDeadlines: Deadlines = { create: 60_000, start: 60_000, delete: 60_000, control: 30_000 }

export const resolveSettings = (init: RuncInit): RuncSettings => ({
  linux: init.linux ?? createLinux(),
  root: init.root,
  runtime: init.runtime ?? 'runc',
  name: init.name ?? 'runc',
  runtimeRoot: init.runtimeRoot ?? join(init.root, '.runtime'),
  conmon: init.conmon ?? 'conmon',
  systemdCgroup: init.systemdCgroup ?? false,
  deadlines: { ...defaultDeadlines, ...init.deadlines }
})

/** Options before the verb of every call of the runtime, the monitor's included. */
export const runtimeOptions = ({ runtimeRoot, systemdCgroup }: RuncSettings): readonly string[] => [
  '--root',
  runtimeRoot,
  ...(systemdCgroup ? ['--systemd-cgroup'] : [])
]
