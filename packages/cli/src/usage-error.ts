const brand = Symbol.for('runcible.UsageError')

/** The command line itself is wrong: nothing was tried. Exit code 125. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
  readonly [brand] = true
  /** Whether the message is followed by where to find help. */
  readonly pointToHelp: boolean
  /** What was probably meant. */
  readonly suggestion: string | undefined

  constructor(
    message: string,
    options: { readonly pointToHelp?: boolean; readonly suggestion?: string | undefined } = {}
  ) {
    super(message)
    this.suggestion = options.suggestion
    this.pointToHelp = options.pointToHelp ?? /^(unknown|flag needs)/.test(message)
  }
}

export function isUsageError(value: unknown): value is UsageError {
  return typeof value === 'object' && value !== null && brand in value
}
