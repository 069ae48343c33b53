import { constants } from 'node:os'
import { UsageError } from '../usage-error.ts'

/**
 * A signal's name with `SIG`, from a name in any letter case or a number. Real-time signals are `RTMIN+1`.
 *
 * @throws UsageError
 */
export function parseSignal(text: string, flag: string): string {
  const upper = text.toUpperCase().replace(/^SIG/, '')
  const name = `SIG${upper}`
  if (Object.hasOwn(constants.signals, name) || /^SIGRT(MIN(\+\d{1,2})?|MAX(-\d{1,2})?)$/.test(name)) return name
  if (/^\d{1,2}$/.test(text)) {
    const number = Number(text)
    const known = Object.entries(constants.signals).find(([, value]) => value === number)
    if (known !== undefined) return known[0]
    if (number >= 34 && number <= 64) return `SIGRTMIN+${number - 34}`
  }
  throw new UsageError(`invalid value for ${flag}: "${text}" is not a signal`)
}
