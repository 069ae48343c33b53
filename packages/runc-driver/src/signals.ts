import { constants } from 'node:os'
import { EngineError } from '@runcible/interface'

/** The kernel's number of the last signal (SIGRTMAX); glibc keeps 32 and 33 to itself. */
const RTMIN = 34
const RTMAX = 64

const realTime = (name: string): number | undefined => {
  const [, edge, sign, distance] = /^SIGRT(MIN|MAX)(?:([+-])(\d{1,2}))?$/.exec(name) ?? []
  if (edge === undefined) return undefined
  const number = (edge === 'MIN' ? RTMIN : RTMAX) + (sign === '-' ? -1 : 1) * Number(distance ?? 0)
  return number >= RTMIN && number <= RTMAX ? number : undefined
}

/**
 * Number of a signal given by number or by name, with or without `SIG`.
 *
 * @throws EngineError `invalid-argument` for an unknown one
 */
export const signalNumber = (signal: string | number): number => {
  const text = `${signal}`.trim().toUpperCase()
  const name = text.startsWith('SIG') ? text : `SIG${text}`
  const named = (constants.signals as Readonly<Record<string, number>>)[name] ?? realTime(name)
  const number = /^\d+$/.test(text) ? Number(text) : named
  if (number !== undefined && number >= 1 && number <= RTMAX) return number
  throw new EngineError('invalid-argument', `there is no signal ${JSON.stringify(text.slice(0, 40))}`)
}
