import { EngineError } from '@runcible/interface'

const dockerFalse = new Set(['', '0', 'no', 'false', 'none'])

/** A flag as Docker reads it: everything is true but a few words. */
export function dockerFlag(text: string | undefined): boolean {
  return text !== undefined && !dockerFalse.has(text.trim().toLowerCase())
}

const goTrue = new Set(['1', 't', 'T', 'TRUE', 'true', 'True'])
const goFalse = new Set(['0', 'f', 'F', 'FALSE', 'false', 'False'])

/**
 * A flag as Go's `strconv.ParseBool` reads it.
 *
 * @throws EngineError `invalid-argument`
 */
export function goFlag(name: string, text: string | undefined): boolean {
  if (text === undefined || text === '' || goFalse.has(text)) return false
  if (goTrue.has(text)) return true
  throw invalid(name, `${JSON.stringify(text)} is not a boolean`)
}

/**
 * How many at most; absent for no limit, which is also what 0 and less ask for.
 *
 * @throws EngineError `invalid-argument`
 */
export function countLimit(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined
  const count = /^[+-]?\d{1,15}$/.test(text) ? Number(text) : Number.NaN
  if (Number.isNaN(count)) throw invalid(name, `${JSON.stringify(text)} is not a whole number`)
  return count > 0 ? count : undefined
}

function invalid(name: string, reason: string): EngineError {
  return new EngineError('invalid-argument', `failed to parse parameter "${name}": ${reason}`)
}
