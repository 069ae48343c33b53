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

/** Streams that can be waited for. */
export interface FlushableStdio {
  readonly stdio: Stdio
  /** Waits until what was written is out, or nobody takes it any more. */
  readonly flushed: () => Promise<void>
}

/** Notes which outputs are used: one that is not stays unopened. */
export function flushable(stdio: Stdio): FlushableStdio {
  const used = new Set<OutputStream>()
  const note = (stream: OutputStream): OutputStream => {
    used.add(stream)
    return stream
  }
  return {
    stdio: {
      get stdin() {
        return stdio.stdin
      },
      get stdout() {
        return note(stdio.stdout)
      },
      get stderr() {
        return note(stdio.stderr)
      }
    },
    flushed: async () => void (await Promise.all([...used].map(written)))
  }
}

function written(stream: OutputStream): Promise<void> | undefined {
  if (stream.writableLength === 0 || stream.destroyed) return undefined
  return new Promise((resolve) => {
    stream.once('close', resolve)
    stream.write('', () => resolve())
  })
}
