import { UsageError } from '../usage-error.ts'

/** @throws UsageError when there are fewer or more operands */
export function checkArguments(args: readonly string[], least: number, most: number = Number.POSITIVE_INFINITY): void {
  if (args.length < least)
    throw new UsageError(`requires at least ${least} argument${least === 1 ? '' : 's'}, got ${args.length}`)
  if (args.length > most) {
    throw new UsageError(
      most === 0
        ? `takes no arguments, got "${args[0]}"`
        : `takes at most ${most} argument${most === 1 ? '' : 's'}, got ${args.length}`
    )
  }
}
