import { constants } from 'node:os'

const lastSignal = 64

/** Whether a text names a signal: a name with or without `SIG`, `RTMIN+1` and the like, or a number. signal(7). */
export function isSignal(text: string): boolean {
  if (/^\d{1,2}$/.test(text)) return Number(text) >= 1 && Number(text) <= lastSignal
  const name = `SIG${text.toUpperCase().replace(/^SIG/, '')}`
  return Object.hasOwn(constants.signals, name) || /^SIGRT(MIN(\+([12]?\d|30))?|MAX(-([12]?\d|30))?)$/.test(name)
}
