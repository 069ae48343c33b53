import { type ChildProcess, spawn } from 'node:child_process'
import { EngineError } from '@runcible/interface'
import { UsageError } from '../usage-error.ts'

/** One side of a copy over ssh: an image here, or an image or nothing at a host. */
export interface ScpPlace {
  readonly host: SshHost | undefined
  /** Empty when only a host is named. */
  readonly image: string
}

export interface SshHost {
  /** `[user@]host` as ssh takes it. */
  readonly destination: string
  readonly port: string | undefined
}

/** @throws UsageError for what is no host, such as a text that ssh would take for an option. */
export function parseScpPlace(text: string): ScpPlace {
  const at = text.indexOf('::')
  if (at === -1) return { host: undefined, image: text }
  const [, destination, port] = /^((?:\w[\w.-]*@)?\w[\w.-]*)(?::(\d{1,5}))?$/.exec(text.slice(0, at)) ?? []
  if (destination === undefined)
    throw new UsageError(`"${text.slice(0, at)}" is not a host like user@host or user@host:port`)
  return { host: { destination, port }, image: text.slice(at + 2) }
}

/** The command line for the remote shell. Words are quoted: a shell takes them apart there. */
export function sshCommand(...words: readonly string[]): string {
  return ['runcible', ...words.map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`)].join(' ')
}

export interface SshProcess {
  readonly output: AsyncIterable<Uint8Array>
  /** Gives bytes to the command's standard input. */
  readonly write: (chunk: Uint8Array) => Promise<void>
  /** Ends its input and waits for it. Returns the lines that nobody read. @throws EngineError when it failed. */
  ended(): Promise<readonly string[]>
  /** Waits a moment for its end after something broke; throws when that is what it says. */
  failure(): Promise<void>
  kill(): void
}

// A host that does not answer, or stops answering, ends the copy.
const options = ['-o', 'ConnectTimeout=30', '-o', 'ServerAliveInterval=15', '-o', 'ServerAliveCountMax=4', '-T']
const settleTime = 2000

/** Runs a command at a host with ssh(1). */
export function startSsh({ destination, port }: SshHost, command: string, signal: AbortSignal): SshProcess {
  const args = [...options, ...(port === undefined ? [] : ['-p', port]), '--', destination, command]
  const child = spawn('ssh', args, { stdio: 'pipe', signal })
  let complaint = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(-4000)
  })
  // A reader that went away shows in its exit status.
  child.stdin.on('error', () => undefined)
  const closed = closing(child)
  const check = async (): Promise<void> => {
    const { code, error } = await closed
    if (code !== 0) throw sshError(destination, error?.message ?? lastLine(complaint), error)
  }
  return {
    output: child.stdout,
    async write(chunk) {
      if (child.stdin.destroyed) await check()
      if (child.stdin.write(chunk)) return
      await Promise.race([new Promise<void>((resolve) => child.stdin.once('drain', resolve)), closed])
      if (child.stdin.destroyed) await check()
    },
    async ended() {
      child.stdin.end()
      const chunks = child.stdout.readableEnded ? [] : await Array.fromAsync(child.stdout as AsyncIterable<Buffer>)
      await check()
      return Buffer.concat(chunks)
        .toString()
        .split('\n')
        .filter((line) => line !== '')
    },
    async failure() {
      child.stdin.end()
      const waited = new Promise<void>((resolve) => setTimeout(resolve, settleTime).unref())
      await Promise.race([check(), waited])
    },
    kill: () => void child.kill()
  }
}

function closing(child: ChildProcess): Promise<{ readonly code: number | null; readonly error?: Error }> {
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: null, error }))
    child.once('close', (code) => resolve({ code }))
  })
}

const lastLine = (text: string): string =>
  text
    .trim()
    .split('\n')
    .findLast((line) => !line.startsWith('Hint:'))
    ?.replace(/^Error: /, '') || 'it ended without a word'

function sshError(host: string, why: string, cause: Error | undefined): EngineError {
  const missing = (cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT'
  const hint = missing ? 'apt-get install openssh-client' : `try "ssh ${host} runcible version"`
  return new EngineError('unavailable', `ssh ${host}: ${missing ? 'the program ssh is missing' : why}`, {
    subject: { kind: 'host', name: host },
    hint,
    ...(cause === undefined ? {} : { cause })
  })
}
