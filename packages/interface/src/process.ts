import type { Readable, Writable } from 'node:stream'

/** How a process ended. */
export interface Exit {
  /** 0-255; 128 + signal number when a signal ended it. */
  readonly code: number
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Whether the kernel's out-of-memory killer ended it. */
  readonly oomKilled: boolean
}

export interface TerminalSize {
  readonly rows: number
  readonly columns: number
}

/** What to run in a running container. */
export interface ExecSpec {
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly workdir?: string
  /** `user[:group]`, names or numbers. */
  readonly user?: string
  readonly tty?: boolean
  readonly privileged?: boolean
  /** Keep the standard input open. */
  readonly stdin?: boolean
  readonly size?: TerminalSize
}

/**
 * Streams to a running process. With a terminal everything comes on `stdout`. Ending `stdin` half-closes it.
 * `done` resolves when the other side has closed every stream or after `detach`; it never rejects for a lost process.
 */
export interface Attachment {
  readonly stdin: Writable | undefined
  readonly stdout: Readable | undefined
  readonly stderr: Readable | undefined
  readonly done: Promise<void>
  resize(size: TerminalSize): Promise<void>
  /** Closes the streams; the process goes on. */
  detach(): void
}

export interface AttachRequest {
  readonly stdin?: boolean
  readonly stdout?: boolean
  readonly stderr?: boolean
  readonly size?: TerminalSize
}

/**
 * File descriptors of this process that a new process uses as its own standard streams: the fastest way to run
 * something in the foreground of a terminal or script. `ignore` is /dev/null.
 */
export interface InheritedStdio {
  readonly stdin: number | 'ignore'
  readonly stdout: number | 'ignore'
  readonly stderr: number | 'ignore'
}
