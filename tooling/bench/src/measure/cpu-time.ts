import { type Command, run } from './command.ts'

// The report goes to the shell's standard error, the program's output nowhere.
const script = 'TIMEFORMAT="%3U %3S"; { time "$@" >/dev/null 2>&1; } 2>&1'

/** Milliseconds of user and system time of a program and all it waited for, in steps of 1 ms: what bash's `time` tells. */
export async function cpuTime(command: Command): Promise<number> {
  const args = ['-c', script, 'bash', command.file, ...command.args]
  const { stdout } = await run({ file: 'bash', args, env: { ...command.env, LC_ALL: 'C' } })
  const [user = NaN, system = NaN] = stdout.trim().split(' ').map(Number)
  return (user + system) * 1000
}
