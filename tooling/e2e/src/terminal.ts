import { spawn } from 'node:child_process'
import { closeSync, read, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { createLinux, type Pty, type WindowSize } from '@runcible/linux'
import type { Invocation } from './program.ts'
import { waitFor } from './wait-for.ts'

/** A command on a terminal of its own, as a person would use it. */
export interface Terminal extends AsyncDisposable {
  /** Everything that was printed. */
  readonly screen: () => string
  readonly until: (text: string | RegExp) => Promise<string>
  readonly type: (text: string) => void
  readonly resize: (size: WindowSize) => void
  /** Waits for the exit code. */
  readonly ended: () => Promise<number>
}

const linux = createLinux()

/** Starts a command as the leader of a session whose controlling terminal is a new one. */
export function startOnTerminal({ file, args, env }: Invocation, size: WindowSize): Terminal {
  const pty = linux.tty.openPty(size)
  const inside = linux.tty.openPtyPeer(pty.master)
  const child = spawn('setsid', ['--ctty', '--wait', file, ...args], {
    env: { ...env, TERM: 'xterm' },
    stdio: [inside, inside, inside]
  })
  closeSync(inside)
  const printed = { text: '' }
  const hungUp = printTo(printed, pty)
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    // What it started may keep the terminal open; everything that it printed itself is there soon.
    child.once('exit', (code) => void Promise.race([hungUp, sleep(500)]).then(() => resolve(code ?? 128)))
  })
  const has = (text: string | RegExp): boolean =>
    typeof text === 'string' ? printed.text.includes(text) : text.test(printed.text)
  return {
    screen: () => printed.text,
    until: (text) =>
      waitFor(`${text} on the terminal`, () => has(text) && printed.text).catch((error: Error) => {
        throw new Error(`${error.message}; printed: ${JSON.stringify(printed.text)}`)
      }),
    type: (text) => void writeSync(pty.master, text),
    resize: (to) => linux.tty.setWindowSize(pty.master, to),
    ended: () => Promise.race([ended, tooLate(printed)]),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await ended
      pty[Symbol.dispose]()
    }
  }
}

async function tooLate(printed: { readonly text: string }): Promise<never> {
  await sleep(20_000, undefined, { ref: false })
  throw new Error(`the command on the terminal did not end; printed: ${JSON.stringify(printed.text)}`)
}

/** Reads until nobody has the other end open any more. */
async function printTo(printed: { text: string }, { master }: Pty): Promise<void> {
  const buffer = Buffer.alloc(65_536)
  const next = (): Promise<number> =>
    new Promise((resolve) => read(master, buffer, 0, buffer.length, null, (error, count) => resolve(error ? 0 : count)))
  for (let count = await next(); count > 0; count = await next()) printed.text += buffer.toString('utf8', 0, count)
}
