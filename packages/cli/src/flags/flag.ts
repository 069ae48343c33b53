/**
 * `bool`: present or not, also `--flag=false`. `list`: may be given several times. `csv`: several times, each value also
 * a comma-separated list. `int` and `float`: a number, checked.
 */
export type FlagKind = 'bool' | 'string' | 'list' | 'csv' | 'int' | 'float'

/** One flag of a command, in data: the parser, the help and the reference page are made from it. */
export interface Flag {
  /** Without the dashes. */
  readonly name: string
  readonly short?: string
  readonly kind: FlagKind
  /** What the value is called in the help; needed unless `bool`. */
  readonly value?: string
  readonly help: string
  /** Heading in the help. */
  readonly group?: string
  /** Other spellings, accepted and not shown. */
  readonly aliases?: readonly string[]
  /** Value of a `bool` that was not given. */
  readonly defaultValue?: boolean
}

/** Gives a list of flags one heading. */
export function grouped(group: string, flags: readonly Flag[]): readonly Flag[] {
  return flags.map((flag) => ({ ...flag, group }))
}

/** How messages name a flag: `"-t, --time"`. */
export function spelling(flag: Flag): string {
  return flag.short === undefined ? `"--${flag.name}"` : `"-${flag.short}, --${flag.name}"`
}
