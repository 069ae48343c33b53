import type { Engine } from '@runcible/interface'
import { findCommand, nouns } from './catalog.ts'
import { exitCodeOfSignal, exitCodeOf } from './exit-code.ts'
import { failureText } from './failure.ts'
import { parseCommand } from './flags/parse.ts'
import { globalFlags, type GlobalOptions, readGlobals } from './global-options.ts'
import { type Interruption, interruption } from './interruption.ts'
import { flushable, type SignalSource, type Stdio } from './stdio.ts'
import { isUsageError, UsageError } from './usage-error.ts'

export interface MainOptions {
  /** Without the program's name. */
  readonly argv: readonly string[]
  /** Opens the engine that the global options ask for. Called at most once, and only by commands that need it. */
  readonly engine: (globals: GlobalOptions) => Promise<Engine>
  /** Defaults to the streams of this process. */
  readonly stdio?: Stdio
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly version: string
  /** Defaults to the signals of this process. */
  readonly signals?: SignalSource
}

/** Runs one command line and returns its exit code. Never rejects, never ends the process. */
export async function main(options: MainOptions): Promise<number> {
  const { stdio, flushed } = flushable(options.stdio ?? process)
  const state: Invocation = { command: 'runcible', globals: {}, engine: undefined }
  const interrupted = interruption(options.signals ?? process)
  const env = options.env ?? process.env
  try {
    return await invoke({ ...options, stdio, env }, state, interrupted)
  } catch (error) {
    const debug =
      (env['RUNCIBLE_DEBUG'] ?? '') !== '' || state.globals.logLevel === 'debug' || state.globals.logLevel === 'trace'
    const cause = interrupted.cause()
    if (cause !== undefined && !isUsageError(error)) return exitCodeOfSignal(cause)
    stdio.stderr.write(failureText(error, { command: state.command, debug }))
    return exitCodeOf(error)
  } finally {
    interrupted.dispose()
    await closeEngine(state)
    // The process may end right after, and would take along what a slow reader has not got yet.
    await flushed()
  }
}

interface Invocation {
  /** As typed so far, for messages. */
  command: string
  globals: GlobalOptions
  engine: Promise<Engine> | undefined
}

type Complete = MainOptions & Required<Pick<MainOptions, 'stdio' | 'env'>>

async function invoke(options: Complete, state: Invocation, interrupted: Interruption): Promise<number> {
  const { stdio, version } = options
  const globals = parseCommand({ flags: globalFlags, stopAtOperand: true }, options.argv)
  if (globals.kind === 'help') return print(stdio, (await import('./help.ts')).mainHelp())
  if (globals.flags.bool('version')) return print(stdio, `runcible version ${version}\n`)
  state.globals = readGlobals(globals.flags)
  const words = globals.args[0] === 'help' ? [...globals.args.slice(1), '--help'] : globals.args
  const found = findCommand(words)
  if (found === undefined) return await noCommand(words, stdio)
  const { command } = await found.entry.load()
  state.command = `runcible ${found.name}`
  const rest = words.slice(found.name.split(' ').length)
  const parsed = parseCommand(command, rest)
  if (parsed.kind === 'help') {
    const { helpText } = await import('./flags/help-text.ts')
    return print(stdio, helpText({ ...command, name: state.command, summary: found.entry.summary }))
  }
  if (parsed.flags.has('debug') && parsed.flags.bool('debug'))
    state.globals = Object.freeze({ ...state.globals, logLevel: 'debug' })
  const engine = (): Promise<Engine> => (state.engine ??= options.engine(state.globals))
  const context = {
    ...parsed,
    stdio,
    env: options.env,
    engine,
    version,
    globals: state.globals,
    interruption: interrupted
  }
  return (await command.run(context)) ?? 0
}

async function noCommand(words: readonly string[], stdio: Stdio): Promise<number> {
  const { mainHelp, nounHelp } = await import('./help.ts')
  const plain = words.filter((word) => word !== '--help' && word !== '-h')
  const [first] = plain
  if (first === undefined) {
    if (words.length > 0) return print(stdio, mainHelp())
    stdio.stdout.write(mainHelp())
    throw new UsageError("missing command 'runcible COMMAND'")
  }
  const noun = [plain.slice(0, 2).join(' '), first].find((name) => Object.hasOwn(nouns, name))
  if (noun === undefined) throw unknownCommand(first)
  const known = noun.split(' ').length
  if (plain.length > known) throw unknownCommand(plain.slice(0, known + 1).join(' '))
  stdio.stdout.write(nounHelp(noun))
  if (words.length > known) return 0
  throw new UsageError(`missing command 'runcible ${noun} COMMAND'`)
}

function unknownCommand(name: string): UsageError {
  return new UsageError(`unknown command "${name}"; 'runcible --help' lists all`)
}

function print(stdio: Stdio, text: string): number {
  stdio.stdout.write(text)
  return 0
}

async function closeEngine({ engine }: Invocation): Promise<void> {
  if (engine === undefined) return
  try {
    await (await engine)[Symbol.asyncDispose]()
  } catch {
    // Opening it failed and was reported, or it is of no more use anyway.
  }
}
