import type { CallOptions } from './call-options.ts'
import type { LogTarget } from './log-store.ts'
import type { AttachRequest, Attachment, Exit, TerminalSize } from './process.ts'

export interface LaunchRequest {
  readonly id: string
  /** Directory with `config.json`. */
  readonly bundle: string
  readonly terminal: boolean
  readonly stdin: boolean
  readonly log: LogTarget
  readonly exitCommand?: readonly string[]
  readonly pidFile?: string
}

/** A watched process: the monitor holds its terminal and pipes, and records its exit. */
export interface MonitoredProcess {
  readonly id: string
  /** Of the container's process, on the host. */
  readonly pid: number
  attach(request: AttachRequest, options?: CallOptions): Promise<Attachment>
  resize(size: TerminalSize): Promise<void>
  wait(options?: CallOptions): Promise<Exit>
  /** The recorded exit, if there is one yet. */
  exit(): Promise<Exit | undefined>
}

/**
 * Stays with a container from its creation to its exit, so that no command or daemon of ours has to.
 * Used by drivers of command-line runtimes; nothing above a driver sees it.
 */
export interface Monitor {
  /** Starts the monitor, which has the runtime create the container. A failure carries the runtime's own message. */
  launch(request: LaunchRequest, options?: CallOptions): Promise<MonitoredProcess>
  /** The process of an earlier `launch`, in whatever process it was made. `not-found` when there are no traces of it. */
  reconnect(id: string): Promise<MonitoredProcess>
  /** Ends the monitor if it still runs and removes its files. */
  forget(id: string): Promise<void>
}
