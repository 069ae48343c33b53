import type { Readable, Writable } from 'node:stream'

/** Standard input; `process.stdin` is one. */
export interface InputStream extends Readable {
  readonly fd?: number
  readonly isTTY?: boolean
  readonly isRaw?: boolean
  setRawMode?(raw: boolean): unknown
  unref?(): unknown
}

/** Standard output or error; `process.stdout` is one. */
export interface OutputStream extends Writable {
  readonly fd?: number
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

/** The three standard streams; `process` is one. Each is opened when first asked for. */
export interface Stdio {
  readonly stdin: InputStream
  readonly stdout: OutputStream
  readonly stderr: OutputStream
}

/** Where signals to this program come from; `process` is one. */
export interface SignalSource {
  on(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
  off(signal: NodeJS.Signals, listener: (signal: NodeJS.Signals) => void): unknown
}
