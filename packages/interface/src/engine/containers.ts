import type { CallOptions, ProgressOptions } from '../call-options.ts'
import type {
  ContainerDetails,
  ContainerRecord,
  ContainerSpec,
  ContainerSummary,
  ContainerUpdate
} from '../container.ts'
import type { ContainerStats } from '../container-stats.ts'
import type { FileChange } from '../differ.ts'
import type { CommitRequest, ResolvedImage } from '../image.ts'
import type { LogLine, ReadLogRequest } from '../log-store.ts'
import type { AttachRequest, Attachment, ExecSpec, Exit, InheritedStdio, TerminalSize } from '../process.ts'
import type { OperationProgress } from '../progress.ts'
import type { ExtractOptions, FileStat } from '../rootfs.ts'

export interface StartOptions extends ProgressOptions<OperationProgress> {
  /** Attaches before the process runs, so that no output is missed. */
  readonly attach?: AttachRequest
  /**
   * The caller stays until the exit, then calls `cleanup` itself and disposes `attendance`. The monitor's own clean-up
   * command waits for the disposal, and does what is left to do then or when the caller dies first.
   */
  readonly attend?: boolean
}

export interface StartedContainer {
  readonly container: ContainerRecord
  readonly attachment: Attachment | undefined
  /** Present with `attend`. */
  readonly attendance: AsyncDisposable | undefined
}

export type WaitCondition = 'exited' | 'stopped' | 'running' | 'created' | 'paused' | 'removed' | 'next-exit'

export interface ListContainersRequest extends CallOptions {
  /** Also those not running. */
  readonly all?: boolean
  /** The so many created last, of any state. */
  readonly last?: number
  /** Key → values as in `podman ps --filter`. */
  readonly filters?: Readonly<Record<string, readonly string[]>>
}

export interface RemoveContainerOptions extends CallOptions {
  /** Kill it first when it runs. */
  readonly force?: boolean
  /** Remove its anonymous volumes too. */
  readonly volumes?: boolean
  /** Seconds to wait for a forced stop before SIGKILL; default the container's. */
  readonly timeout?: number
}

export interface ExecRequest extends CallOptions {
  /** `streams`: gives an attachment. `inherit`: runs on the caller's descriptors. `none`: detached. */
  readonly io:
    | { readonly kind: 'streams' }
    | { readonly kind: 'none' }
    | { readonly kind: 'inherit'; readonly stdio: InheritedStdio }
}

export interface RunningExec {
  readonly id: string
  readonly attachment: Attachment | undefined
  wait(options?: CallOptions): Promise<Exit>
  resize(size: TerminalSize): Promise<void>
  kill(signal: string): Promise<void>
}

/** A container is named by its name, its id, or a unique prefix of the id. */
export interface Containers {
  /** Pulls the image when the policy says so, then records the container. `already-exists` for the name. */
  create(spec: ContainerSpec, options?: ProgressOptions<OperationProgress>): Promise<ContainerRecord>
  /** No error when it runs already (then nothing is attached anew, except by `attach`). */
  start(name: string, options?: StartOptions): Promise<StartedContainer>
  /** Sends the stop signal, after `timeout` seconds SIGKILL; returns when it has stopped and is cleaned up. No error when it is not running. */
  stop(name: string, options?: CallOptions & { readonly timeout?: number }): Promise<void>
  restart(name: string, options?: CallOptions & { readonly timeout?: number }): Promise<void>
  /** `killSignal` is a name or number, SIGKILL when absent. `failed-precondition` when it is not running. */
  kill(name: string, options?: CallOptions & { readonly killSignal?: string }): Promise<void>
  pause(name: string, options?: CallOptions): Promise<void>
  unpause(name: string, options?: CallOptions): Promise<void>
  /** Returns the id. `failed-precondition` when it runs and `force` is not set. */
  remove(name: string, options?: RemoveContainerOptions): Promise<string>
  /** What must happen after an exit: network, mounts, restart policy, auto-remove. Idempotent; the monitor's exit command calls it. */
  cleanup(name: string, options?: ProgressOptions<OperationProgress>): Promise<void>
  wait(name: string, options?: CallOptions & { readonly condition?: WaitCondition }): Promise<Exit>
  list(request?: ListContainersRequest): Promise<readonly ContainerSummary[]>
  inspect(
    name: string,
    options?: CallOptions & { readonly size?: boolean }
  ): Promise<ContainerDetails & { readonly size?: { readonly rw: number; readonly rootfs: number } }>
  exists(name: string): Promise<boolean>
  attach(name: string, request: AttachRequest & CallOptions): Promise<Attachment>
  resize(name: string, size: TerminalSize): Promise<void>
  exec(name: string, spec: ExecSpec, request: ExecRequest): Promise<RunningExec>
  logs(name: string, request?: ReadLogRequest): AsyncIterable<LogLine>
  /** Processes of the container: `ps`-like rows, titles first. */
  top(name: string, options?: CallOptions): Promise<readonly (readonly string[])[]>
  /** Takes no lock: what is under way with the container does not keep it waiting. */
  stats(name: string, options?: CallOptions): Promise<ContainerStats>
  rename(name: string, newName: string): Promise<void>
  /** Changes limits, restart policy and environment; `invalid-argument` for what contradicts the rest, then nothing is changed. */
  update(name: string, change: ContainerUpdate, options?: CallOptions): Promise<ContainerRecord>
  /** `undefined` when the path is absent. */
  statPath(name: string, path: string): Promise<FileStat | undefined>
  /** Tar of a path inside, as `Rootfs.archive`. */
  copyOut(name: string, path: string, options?: CallOptions): AsyncIterable<Uint8Array>
  /** Unpacks a tar into an existing directory inside. */
  copyIn(name: string, path: string, tar: AsyncIterable<Uint8Array>, options?: ExtractOptions): Promise<void>
  /** Makes an image of the container's files and configuration. */
  commit(
    name: string,
    request?: CommitRequest & {
      /** No process of the container runs meanwhile. */
      readonly pause?: boolean
      /** Volumes and bind mounts of the container become volumes of the image. */
      readonly includeVolumes?: boolean
    },
    options?: CallOptions
  ): Promise<ResolvedImage>
  /** Its whole root file system as a tar stream, without what is mounted there. */
  export(name: string, options?: CallOptions): AsyncIterable<Uint8Array>
  /** From its image to the container, without what the engine put there; or from `from`, a container or image, to it. */
  changes(name: string, options?: CallOptions & { readonly from?: string }): AsyncIterable<FileChange>
  /** Removes every container that is not running; returns their ids. */
  prune(
    options?: CallOptions & { readonly filters?: Readonly<Record<string, readonly string[]>> }
  ): Promise<readonly string[]>
}
