import { Command, CommanderError, Option } from 'commander'
import { isUsageError, UsageError } from '../usage-error.ts'
import { indexFlags, takeBooleans } from './booleans.ts'
import type { Flag } from './flag.ts'
import { type FlagValues, flagValues } from './values.ts'

/** What the parser and the help need to know of a command. */
export interface Syntax {
  /** As typed, for example `runcible volume create`. */
  readonly name: string
  /** What follows the name, for example `[options] IMAGE [COMMAND [ARG...]]`. */
  readonly usage: string
  readonly summary: string
  /** Lines below the summary. */
  readonly description?: string
  readonly flags: readonly Flag[]
  /** The first operand ends the flags: what follows belongs to the container. */
  readonly stopAtOperand?: boolean
  /** Shell lines that show the use. */
  readonly examples?: readonly string[]
}

export type ParsedCommand =
  | { readonly kind: 'run'; readonly flags: FlagValues; readonly args: readonly string[] }
  | { readonly kind: 'help'; readonly text: string }

/** @throws UsageError */
export function parseCommand(syntax: Syntax, argv: readonly string[]): ParsedCommand {
  const flags = [...syntax.flags, helpFlag(syntax.flags)]
  const { words, booleans } = takeBooleans(argv, indexFlags(flags), syntax.stopAtOperand ?? false)
  if (booleans.get('help') === true) return { kind: 'help', text: helpText(syntax) }
  const values = new Map<string, string[]>()
  const command = describe(syntax, (flag, value) => {
    const given = values.get(flag.name)
    if (given === undefined) values.set(flag.name, [value])
    else given.push(value)
  })
  try {
    command.parse([...words], { from: 'user' })
  } catch (error) {
    throw asUsageError(error)
  }
  return { kind: 'run', flags: flagValues({ flags, booleans, values }), args: command.args }
}

export function helpText(syntax: Syntax): string {
  const command = describe(syntax, () => {})
  command.addOption(new Option('--help', 'Show this text').helpGroup('Help:'))
  return command.helpInformation()
}

function helpFlag(flags: readonly Flag[]): Flag {
  const free = !flags.some(flag => flag.short === 'h')
  return { name: 'help', ...(free ? { short: 'h' } : {}), kind: 'bool', help: 'Show this text' }
}

function describe(syntax: Syntax, collect: (flag: Flag, value: string) => void): Command {
  const command = new Command(syntax.name)
    .usage(syntax.usage)
    .summary(syntax.summary)
    .description([syntax.summary, ...(syntax.description === undefined ? [] : ['', syntax.description])].join('\n'))
    .helpOption(false)
    .exitOverride()
    .allowExcessArguments()
    .passThroughOptions(syntax.stopAtOperand ?? false)
    .configureOutput({ writeErr: () => {}, outputError: () => {} })
    .configureHelp({ helpWidth: 110, showGlobalOptions: false })
  for (const flag of syntax.flags) command.addOption(commanderOption(flag, collect))
  if (syntax.examples !== undefined) {
    command.addHelpText('after', `\nExamples:\n${syntax.examples.map(line => `  ${line}`).join('\n')}`)
  }
  return command
}

function commanderOption(flag: Flag, collect: (flag: Flag, value: string) => void): Option {
  const short = flag.short === undefined ? '' : `-${flag.short}, `
  const value = flag.kind === 'bool' ? '' : ` <${flag.value ?? flag.name}>`
  const option = new Option(`${short}--${flag.name}${value}`, flag.help).helpGroup(`${flag.group ?? 'Options'}:`)
  return flag.kind === 'bool' ? option : option.argParser<void>(text => collect(flag, text))
}

function asUsageError(error: unknown): unknown {
  if (!(error instanceof CommanderError) || isUsageError(error)) return error
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? ''
  if (error.code === 'commander.unknownOption') {
    const suggestion = /\(Did you mean (.*)\?\)/.exec(error.message)?.[1]
    return new UsageError(`unknown flag: ${quoted.split('=')[0]}`, { suggestion })
  }
  if (error.code === 'commander.optionMissingArgument') {
    return new UsageError(`flag needs an argument: ${/--[a-z0-9-]+/.exec(quoted)?.[0] ?? quoted}`)
  }
  return new UsageError(error.message.replace(/^error: /, ''))
}
