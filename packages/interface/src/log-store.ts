import type { CallOptions } from './call-options.ts'

export type LogDriverName = 'k8s-file' | 'json-file' | 'journald' | 'none' | 'passthrough'

/** Where a monitor writes a container's output. Plain data. */
export interface LogTarget {
  readonly driver: LogDriverName
  /** Absolute path of the file; absent for `none`, `passthrough` and `journald`. */
  readonly path?: string
  /** Bytes after which the file is rotated. */
  readonly maxSize?: number
  readonly tag?: string
  /** The container whose entries these are, where several share one log (`journald`). */
  readonly id?: string
}

export interface LogLine {
  readonly stream: 'stdout' | 'stderr'
  /** Nanoseconds since the epoch. */
  readonly time: bigint
  /** Without the newline. A partial line is joined with its rest. */
  readonly text: string
  /** Whether the writer ended the line: false for a last line still being written. */
  readonly complete: boolean
}

export interface ReadLogRequest extends CallOptions {
  /** Go on with new lines until `until`, the end of the container (`ended`), or the signal. */
  readonly follow?: boolean
  /** Resolves when no more output will come: a follower then reads what is left and ends. */
  readonly ended?: Promise<unknown>
  /** Nanoseconds since the epoch. */
  readonly since?: bigint
  readonly until?: bigint
  /** Only the last so many lines of what is there. */
  readonly tail?: number
}

export interface LogConfig {
  readonly driver: LogDriverName
  readonly path?: string
  /** Bytes; 0 is unlimited, absent the store's own default. */
  readonly maxSize?: number
  readonly tag?: string
}

export interface LogStore {
  /** Where the container's output goes; makes the directory. */
  target(id: string, config: LogConfig): Promise<LogTarget>
  /** Lines in the order written. `unsupported` for a driver that cannot be read (`none`, `passthrough`). */
  read(target: LogTarget, request?: ReadLogRequest): AsyncIterable<LogLine>
  /** Removes the container's logs. No error when there are none. */
  remove(target: LogTarget): Promise<void>
}
