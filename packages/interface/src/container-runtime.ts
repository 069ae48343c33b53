import type { LinuxResources, RuntimeFeatures, RuntimeSpec, SpecProcess } from '@runcible/oci-spec'
import type { CallOptions } from './call-options.ts'
import type { LogTarget } from './log-store.ts'
import type { Mount } from './mount.ts'
import type { AttachRequest, Attachment, Exit, InheritedStdio, TerminalSize } from './process.ts'

export interface TaskIo {
  readonly terminal: boolean
  /** Keep the standard input open for an attach. */
  readonly stdin: boolean
  /** Where the output is logged, whether or not anybody is attached. */
  readonly log: LogTarget
}

/** Everything a runtime needs to make a container: no path of a bundle, no container object. */
export interface CreateTask {
  readonly id: string
  /** `root.path` is filled in by the runtime. */
  readonly spec: RuntimeSpec
  /** Mounted in order to become the root file system; undone by `delete`. */
  readonly rootfs: readonly Mount[]
  readonly io: TaskIo
  /**
   * Command that the monitor runs on the host once the container's process has exited and its exit code is recorded,
   * whatever became of the process that called `create`.
   */
  readonly exitCommand?: readonly string[]
  /** File to write the container's process id to. */
  readonly pidFile?: string
}

export type TaskStatus = 'created' | 'running' | 'paused' | 'stopped'

export interface TaskState {
  readonly id: string
  readonly status: TaskStatus
  /** Process id on the host; 0 when stopped. */
  readonly pid: number
  /** Set when stopped, if the exit was recorded (a lost monitor leaves none). */
  readonly exit?: Exit
}

export interface ExecTask {
  /** Unique within the container. */
  readonly id: string
  readonly process: SpecProcess
  readonly stdin: boolean
  /** `inherit`: uses the caller's descriptors. `streams`: through the returned attachment. `none`: detached, output dropped. */
  readonly io:
    | { readonly kind: 'inherit'; readonly stdio: InheritedStdio }
    | { readonly kind: 'streams' }
    | { readonly kind: 'none' }
  readonly size?: TerminalSize
}

/** A further process in a container. */
export interface ExecProcess {
  readonly id: string
  /** On the host; 0 when not known. */
  readonly pid: number
  /** Present for `streams`. */
  readonly attachment: Attachment | undefined
  wait(options?: CallOptions): Promise<Exit>
  kill(signal: string): Promise<void>
  resize(size: TerminalSize): Promise<void>
}

/** Numbers of a container's control groups. All counters are totals since its start. */
export interface TaskStats {
  /** Nanoseconds. */
  readonly cpuUsage: number
  readonly cpuSystem: number
  /** Bytes. */
  readonly memoryUsage: number
  /** Bytes; the host's memory when unlimited. */
  readonly memoryLimit: number
  /** Processes and threads, where the kernel counts them; else processes. */
  readonly pids: number
  readonly blockRead: number
  readonly blockWrite: number
}

/**
 * A container's main process. Life: created (by `ContainerRuntime.create`) → `start` → running ⇄ paused → stopped →
 * `delete`. Outlives the process that created it; another process gets it by `ContainerRuntime.load`.
 */
export interface Task {
  readonly id: string
  /**
   * Runs the user's command. Returns the process id on the host. `command-not-found`, `command-not-executable` when the
   * runtime says so.
   */
  start(options?: CallOptions): Promise<number>
  state(): Promise<TaskState>
  /** `failed-precondition` when it is not running. `signal` is a name (`SIGTERM`) or number. */
  kill(signal: string | number, options?: { readonly all?: boolean }): Promise<void>
  /** Streams of the main process; before `start`, so that no output is missed, or at any time later. */
  attach(request: AttachRequest, options?: CallOptions): Promise<Attachment>
  resize(size: TerminalSize): Promise<void>
  /** Resolves as soon as the process has exited; at once if it has. */
  wait(options?: CallOptions): Promise<Exit>
  exec(exec: ExecTask, options?: CallOptions): Promise<ExecProcess>
  pause(): Promise<void>
  resume(): Promise<void>
  update(resources: LinuxResources): Promise<void>
  stats(): Promise<TaskStats>
  /** Process ids on the host, the main one first. */
  pids(): Promise<readonly number[]>
  /** Removes every trace of the task: cgroup, mounts, monitor's files. `failed-precondition` while it runs, unless `force`, which kills it. */
  delete(options?: CallOptions & { readonly force?: boolean }): Promise<Exit | undefined>
}

/** Runs containers. A driver of one runtime (runc behind a monitor, containerd …). */
export interface ContainerRuntime {
  /** Name as stored and shown, for example `runc`. */
  readonly name: string
  /**
   * A task or an exec is about to be made: what takes its time and does no harm may begin meanwhile. Nothing is promised;
   * it never fails.
   */
  anticipate?(): void
  /** `already-exists` for the id. A failed create has undone itself. */
  create(task: CreateTask, options?: CallOptions): Promise<Task>
  /** `not-found` when neither the runtime nor the monitor's files know the id. */
  load(id: string): Promise<Task>
  list(): Promise<readonly TaskState[]>
  features(): Promise<RuntimeFeatures & { readonly version: string; readonly path: string }>
}
