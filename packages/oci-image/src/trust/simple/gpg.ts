import { spawn } from 'node:child_process'
import type { Writable } from 'node:stream'
import { type CallOptions, EngineError } from '@runcible/interface'

export interface GpgRequest extends CallOptions {
  readonly args: readonly string[]
  readonly input?: Uint8Array
  /** Readable to the program as descriptor 4. */
  readonly secret?: string
  /** GNUPGHOME; by default the user's. */
  readonly home?: string
  /** Milliseconds; by default 60 s. */
  readonly timeout?: number
}

export interface GpgAnswer {
  readonly code: number
  readonly output: Buffer
  /** Lines of the status descriptor, each split at its spaces, without `[GNUPG:]`. */
  readonly status: readonly (readonly string[])[]
  /** Its last line for people. */
  readonly said: string
}

const statusDescriptor = 3
export const secretDescriptor = 4
const maxOutput = 8 * 1024 * 1024

/**
 * Runs gpg(1). Its judgement is in the status lines; a code other than 0 is no error here.
 *
 * @throws EngineError `unavailable` when it is not installed, `timeout`, `aborted`.
 */
export async function runGpg(request: GpgRequest): Promise<GpgAnswer> {
  const { args, input = new Uint8Array(), secret, home, signal, timeout = 60_000 } = request
  const deadline = AbortSignal.timeout(timeout)
  const child = spawn('gpg', ['--no-tty', '--status-fd', String(statusDescriptor), ...args], {
    stdio: ['pipe', 'pipe', 'pipe', 'pipe', ...(secret === undefined ? [] : (['pipe'] as const))],
    env: { ...process.env, LC_ALL: 'C', ...(home === undefined ? {} : { GNUPGHOME: home }) },
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
    killSignal: 'SIGKILL'
  })
  const [, output, errors, status] = child.stdio
  feed(child.stdio[0], input)
  if (secret !== undefined) feed(child.stdio[secretDescriptor] as Writable, Buffer.from(`${secret}\n`))
  const exit = new Promise<number>((resolve, reject) =>
    child.once('error', reject).once('close', (code) => resolve(code ?? 1))
  )
  try {
    const [code, bytes, said, lines] = await Promise.all([
      exit,
      collect(output as AsyncIterable<Buffer>),
      collect(errors as AsyncIterable<Buffer>),
      collect(status as AsyncIterable<Buffer>)
    ])
    return {
      code,
      output: bytes,
      status: statusLines(lines),
      said: said.toString('utf8').trim().split('\n').at(-1) ?? ''
    }
  } catch (error) {
    child.kill('SIGKILL')
    throw failure(error, signal, deadline)
  }
}

function feed(stream: Writable | null, bytes: Uint8Array): void {
  // A program that ends before it has read everything says why elsewhere.
  stream?.on('error', () => {}).end(bytes)
}

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.length
    if (length > maxOutput) throw new EngineError('corrupt', `gpg gave more than ${maxOutput} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

const statusLines = (bytes: Buffer): readonly (readonly string[])[] =>
  bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line.startsWith('[GNUPG:] '))
    .map((line) => line.slice(9).split(' '))

function failure(error: unknown, signal: AbortSignal | undefined, deadline: AbortSignal): unknown {
  if ((error as NodeJS.ErrnoException).code === 'ENOENT')
    return new EngineError('unavailable', 'gpg is not installed: GnuPG signatures cannot be made or verified', {
      hint: 'apt-get install gnupg',
      cause: error
    })
  if (signal?.aborted === true) return new EngineError('aborted', 'the call was aborted', { cause: error })
  if (deadline.aborted) return new EngineError('timeout', 'gpg did not answer in time', { cause: error })
  return error
}

/** The first status line of a kind. */
export const statusOf = (answer: GpgAnswer, keyword: string): readonly string[] | undefined =>
  answer.status.find((line) => line[0] === keyword)
