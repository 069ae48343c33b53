import type { Flag } from './flag.ts'
import { UsageError } from '../usage-error.ts'

/** What is left of an argument list once its boolean flags are taken out. */
export interface WithoutBooleans {
  /** Value flags, each with its value in a word of its own, then operands. */
  readonly words: readonly string[]
  readonly booleans: ReadonlyMap<string, boolean>
}

/** Spelling → flag. */
export interface FlagIndex {
  readonly long: ReadonlyMap<string, Flag>
  readonly short: ReadonlyMap<string, Flag>
}

export function indexFlags(flags: readonly Flag[]): FlagIndex {
  const long = new Map<string, Flag>()
  const short = new Map<string, Flag>()
  for (const flag of flags) {
    for (const name of [flag.name, ...(flag.aliases ?? [])]) long.set(name, flag)
    if (flag.short !== undefined) short.set(flag.short, flag)
  }
  return { long, short }
}

const truths = new Map([
  ['1', true], ['t', true], ['T', true], ['true', true], ['TRUE', true], ['True', true],
  ['0', false], ['f', false], ['F', false], ['false', false], ['FALSE', false], ['False', false]
])

/**
 * Takes boolean flags out of an argument list the way Go's pflag reads them: `--rm`, `--rm=false`, `-dit`, and inside a
 * cluster that ends in a value (`-iteA=B`). The last one wins. `--` ends the flags, and so does the first operand when
 * `stopAtOperand` is set.
 *
 * @throws UsageError for a boolean that is neither true nor false.
 */
export function takeBooleans(argv: readonly string[], index: FlagIndex, stopAtOperand: boolean): WithoutBooleans {
  const words: string[] = []
  const booleans = new Map<string, boolean>()
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!
    if (word === '--' || (!isFlag(word) && stopAtOperand)) {
      words.push(...argv.slice(at))
      break
    }
    const step = { word, next: argv[at + 1], index, words, booleans }
    if (isFlag(word) && (word.startsWith('--') ? takeLong(step) : takeShort(step))) at++
    else if (!isFlag(word)) words.push(word)
  }
  return { words, booleans }
}

interface Step {
  readonly word: string
  readonly next: string | undefined
  readonly index: FlagIndex
  readonly words: string[]
  readonly booleans: Map<string, boolean>
}

function isFlag(word: string): boolean {
  return word.length > 1 && word.startsWith('-')
}

/** Returns whether the next word belongs to this one. */
function takeLong({ word, next, index, words, booleans }: Step): boolean {
  const equals = word.indexOf('=')
  const name = equals < 0 ? word.slice(2) : word.slice(2, equals)
  const value = equals < 0 ? undefined : word.slice(equals + 1)
  const flag = index.long.get(name)
  if (flag?.kind === 'bool') {
    booleans.set(flag.name, value === undefined ? true : truth(value, flag))
    return false
  }
  if (flag === undefined) {
    words.push(word)
    return false
  }
  words.push(value === undefined ? `--${flag.name}` : `--${flag.name}=${value}`)
  if (value !== undefined || next === undefined) return false
  words.push(next)
  return true
}

function takeShort({ word, next, index, words, booleans }: Step): boolean {
  for (let at = 1; at < word.length; at++) {
    const flag = index.short.get(word[at]!)
    const rest = word.slice(at + 1)
    if (flag === undefined) throw new UsageError(`unknown shorthand flag: '${word[at]}' in ${word}`)
    if (flag.kind !== 'bool') {
      if (rest !== '') words.push(`--${flag.name}=${rest.startsWith('=') ? rest.slice(1) : rest}`)
      else words.push(`--${flag.name}`, ...(next === undefined ? [] : [next]))
      return rest === '' && next !== undefined
    }
    if (rest.startsWith('=')) {
      booleans.set(flag.name, truth(rest.slice(1), flag))
      return false
    }
    booleans.set(flag.name, true)
  }
  return false
}

function truth(value: string, flag: Flag): boolean {
  const known = truths.get(value)
  if (known === undefined) throw new UsageError(`invalid argument "${value}" for ${spelling(flag)} flag: not true or false`)
  return known
}

/** How messages name a flag: `"-t, --time"`. */
export function spelling(flag: Flag): string {
  return flag.short === undefined ? `"--${flag.name}"` : `"-${flag.short}, --${flag.name}"`
}
