import type { Attachment } from '@runcible/interface'
import type { Stdio } from '../stdio.ts'
import { detachScanner } from '../terminal/detach-keys.ts'
import { rawMode } from '../terminal/raw-mode.ts'
import { followSize } from '../terminal/size.ts'
import { type Pump, pump } from './pump.ts'

export interface SessionOptions {
  readonly attachment: Attachment
  readonly stdio: Stdio
  readonly tty: boolean
  readonly stdin: boolean
  /** Bytes that detach; only looked for with a terminal. */
  readonly detachKeys: readonly number[]
}

export type Leaving = 'keys' | 'output-closed'

/** Our streams connected to a process. */
export interface Session extends Disposable {
  /** Resolves when the process is to be left: the detach keys were typed, or nobody reads our output any more. */
  readonly left: Promise<Leaving>
  /**
   * Resolves when all output has arrived. Once the process has exited, a stream that somebody else still holds open
   * is waited for only as long as something comes out of it. Rejects as `exited` does.
   */
  drained(exited: Promise<unknown>): Promise<void>
}

/** Milliseconds without output after which the streams of an exited process are left alone. */
const quietPeriod = 2000

/** Connects; disposing it gives the terminal back and lets go of the standard input. */
export function openSession(options: SessionOptions): Session {
  const { attachment, stdio, tty } = options
  const stack = new DisposableStack()
  const outputs: Pump[] = []
  if (attachment.stdout !== undefined) outputs.push(pump(attachment.stdout, stdio.stdout))
  if (attachment.stderr !== undefined) outputs.push(pump(attachment.stderr, stdio.stderr))
  const { promise: detached, resolve: detach } = Promise.withResolvers<void>()
  if (options.stdin && attachment.stdin !== undefined) stack.use(forwardInput(options, detach))
  if (tty) stack.use(followSize(stdio.stdout, (size) => attachment.resize(size)))
  return {
    left: Promise.race([
      detached.then(() => 'keys' as const),
      ...outputs.map((output) => output.broken.then(() => 'output-closed' as const))
    ]),
    drained: (exited) => drained(outputs, exited),
    [Symbol.dispose]: () => stack.dispose()
  }
}

function forwardInput({ attachment, stdio, tty, detachKeys }: SessionOptions, detach: () => void): Disposable {
  const { stdin } = stdio
  const target = attachment.stdin!
  const raw = tty ? rawMode(stdin) : undefined
  const scan = detachScanner(tty ? detachKeys : [])
  const onData = (chunk: Uint8Array): void => {
    const { forward, detached } = scan(typeof chunk === 'string' ? Buffer.from(chunk) : chunk)
    if (forward.length > 0 && target.writable && !target.write(forward)) stdin.pause()
    if (detached) detach()
  }
  const onDrain = (): void => void stdin.resume()
  const onEnd = (): void => void target.end()
  // The process may close its input at any time.
  const onBroken = (): void => void stdin.resume()
  stdin.on('data', onData).once('end', onEnd).once('error', onEnd)
  target.on('drain', onDrain).on('error', onBroken)
  return {
    [Symbol.dispose]() {
      stdin.off('data', onData).off('end', onEnd).off('error', onEnd)
      target.off('drain', onDrain)
      stdin.pause()
      stdin.unref?.()
      raw?.[Symbol.dispose]()
    }
  }
}

async function drained(outputs: readonly Pump[], exited: Promise<unknown>): Promise<void> {
  const all = Promise.all(outputs.map((output) => output.done)).then(() => true)
  if (await Promise.race([all, exited.then(() => false)])) return
  for (;;) {
    const before = outputs.map((output) => output.moved())
    if (await withDeadline(all, quietPeriod)) return
    if (outputs.every((output, index) => output.moved() === before[index] && !output.blocked())) return
  }
}

async function withDeadline(done: Promise<boolean>, milliseconds: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const timer = setTimeout(resolve, milliseconds, false)
  try {
    return await Promise.race([done, promise])
  } finally {
    clearTimeout(timer)
  }
}
