import { UsageError } from '../usage-error.ts'
import { type Flag, spelling } from './flag.ts'
import { nearest } from './nearest.ts'

/** An argument list taken apart. */
export interface GivenWords {
  readonly booleans: ReadonlyMap<string, boolean>
  /** Values of the other flags by name, in the order given. */
  readonly values: ReadonlyMap<string, readonly string[]>
  /** What is no flag. */
  readonly args: readonly string[]
}

const truths = new Map([
  ['1', true],
  ['t', true],
  ['T', true],
  ['true', true],
  ['TRUE', true],
  ['True', true],
  ['0', false],
  ['f', false],
  ['F', false],
  ['false', false],
  ['FALSE', false],
  ['False', false]
])

/**
 * Reads an argument list the way Go's pflag does: `--rm`, `--rm=false`, `--env A=B`, `--env=A=B`, `-dit`, `-eA=B`, and a
 * cluster that ends in a value (`-iteA=B`). A value is what follows, whatever it looks like. `--` ends the flags, and so
 * does the first operand when `stopAtOperand` is set.
 *
 * @throws UsageError for an unknown flag, a missing value, and a boolean that is neither true nor false.
 */
export function readFlags(argv: readonly string[], flags: readonly Flag[], stopAtOperand: boolean): GivenWords {
  const reading: Reading = { index: indexFlags(flags), booleans: new Map(), values: new Map(), args: [] }
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at]!
    if (word === '--') return { ...reading, args: [...reading.args, ...argv.slice(at + 1)] }
    if (!word.startsWith('-') || word === '-') {
      if (stopAtOperand) return { ...reading, args: argv.slice(at) }
      reading.args.push(word)
    } else {
      const read = word.startsWith('--') ? readLong : readShort
      if (read(reading, word, argv[at + 1])) at++
    }
  }
  return reading
}

interface Reading {
  readonly index: ReadonlyMap<string, Flag>
  readonly booleans: Map<string, boolean>
  readonly values: Map<string, string[]>
  readonly args: string[]
}

/** Spelling with its dashes → flag. */
function indexFlags(flags: readonly Flag[]): ReadonlyMap<string, Flag> {
  const index = new Map<string, Flag>()
  for (const flag of flags) {
    for (const name of [flag.name, ...(flag.aliases ?? [])]) index.set(`--${name}`, flag)
    if (flag.short !== undefined) index.set(`-${flag.short}`, flag)
  }
  return index
}

/** Returns whether the next word belongs to this one. */
function readLong(reading: Reading, word: string, next: string | undefined): boolean {
  const equals = word.indexOf('=')
  const name = equals < 0 ? word : word.slice(0, equals)
  const value = equals < 0 ? undefined : word.slice(equals + 1)
  const flag = reading.index.get(name)
  if (flag === undefined) throw unknownFlag(reading, name)
  if (flag.kind === 'bool') {
    reading.booleans.set(flag.name, value === undefined ? true : truth(value, flag))
    return false
  }
  return take(reading, flag, value, next)
}

/** Returns whether the next word belongs to this one. */
function readShort(reading: Reading, word: string, next: string | undefined): boolean {
  for (let at = 1; at < word.length; at++) {
    const flag = reading.index.get(`-${word[at]!}`)
    const rest = word.slice(at + 1)
    if (flag === undefined) throw new UsageError(`unknown shorthand flag: '${word[at]}' in ${word}`)
    const value = rest.startsWith('=') ? rest.slice(1) : undefined
    if (flag.kind !== 'bool') return take(reading, flag, value ?? (rest === '' ? undefined : rest), next)
    reading.booleans.set(flag.name, value === undefined ? true : truth(value, flag))
    if (value !== undefined) return false
  }
  return false
}

/** Notes a value, which may be the next word; returns whether it is. */
function take({ values }: Reading, flag: Flag, value: string | undefined, next: string | undefined): boolean {
  const given = value ?? next
  if (given === undefined) throw new UsageError(`flag needs an argument: --${flag.name}`)
  const list = values.get(flag.name)
  if (list === undefined) values.set(flag.name, [given])
  else list.push(given)
  return value === undefined
}

function unknownFlag({ index }: Reading, name: string): UsageError {
  return new UsageError(`unknown flag: ${name}`, { suggestion: nearest(name, [...index.keys()]) })
}

function truth(value: string, flag: Flag): boolean {
  const known = truths.get(value)
  if (known !== undefined) return known
  throw new UsageError(`invalid argument "${value}" for ${spelling(flag)} flag: not true or false`)
}
