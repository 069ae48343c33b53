import { styleText } from 'node:util'
import { execa } from 'execa'

/** Longer than any step takes, so that a hang ends. Milliseconds. */
const deadline = 120_000

export interface Shell {
  /** Says in a sentence what comes next. */
  readonly say: (text: string) => void
  /** Runs a command, shows it as a person types it, and its output. Throws when it fails. */
  readonly type: (...words: readonly string[]) => Promise<string>
  /** Shows an outcome; throws when it is not what was promised. */
  readonly expect: (what: string, isTrue: boolean) => void
}

export interface ShellInit {
  /** Words that a person types → files that are run. */
  readonly programs: Readonly<Record<string, string>>
  readonly env: Readonly<Record<string, string>>
  readonly directory: string
  /** Ends the command that runs, and with it the tour. */
  readonly signal: AbortSignal
}

/** A shell that tells what it does. */
export function tellingShell({ programs, env, directory, signal }: ShellInit): Shell {
  const write = (text: string) => process.stdout.write(`${text}\n`)
  return {
    say: (text) => write(`\n${text}`),
    async type(...words) {
      signal.throwIfAborted()
      write(styleText('bold', `$ ${words.map(quoted).join(' ')}`))
      const [program = '', ...args] = words
      const { all, exitCode } = await execa(programs[program] ?? program, args, {
        all: true,
        cwd: directory,
        env,
        reject: false,
        stdin: 'ignore',
        timeout: deadline,
        cancelSignal: signal
      })
      if (all !== '') write(all.replaceAll(/^/gm, '  '))
      signal.throwIfAborted()
      if (exitCode !== 0) throw new Error(`${words.join(' ')} failed (exit code ${exitCode ?? 'none'})`)
      return all
    },
    expect(what, isTrue) {
      if (!isTrue) throw new Error(`not as promised: ${what}`)
      write(styleText('green', `✔ ${what}`))
    }
  }
}

const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`
