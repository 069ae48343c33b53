import { UsageError } from '../usage-error.ts'

const factors: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  m: 1024 ** 2,
  g: 1024 ** 3,
  t: 1024 ** 4,
  p: 1024 ** 5
}

/**
 * Bytes of `512`, `64m`, `1.5GiB`; all units are powers of 1024.
 *
 * @throws UsageError naming `flag`
 */
export function parseSize(text: string, flag: string): number {
  const match = /^(\d+\.?\d*|\.\d+) ?([kmgtp]?)(?:i?b)?$/i.exec(text)
  const bytes = match === null ? Number.NaN : Math.trunc(Number(match[1]) * factors[match[2]!.toLowerCase()]!)
  if (!Number.isSafeInteger(bytes))
    throw new UsageError(`invalid value for ${flag}: "${text}" is not a size like 64m or 1g`)
  return bytes
}

/** The same; `-1` means without limit. */
export function parseSizeOrUnlimited(text: string, flag: string): number {
  return text === '-1' ? -1 : parseSize(text, flag)
}
