import { goJson } from '../json.ts'
import { goString, typeName } from './values.ts'

interface Verb {
  readonly flags: string
  readonly width: number
  readonly precision: number | undefined
  readonly verb: string
}

/** Go's Sprintf for strings, numbers and booleans: `%s %v %q %d %x %X %o %b %c %t %f %e %g %%`, with width and precision. */
export function formatGo(format: string, values: readonly unknown[]): string {
  let next = 0
  const text = format.replace(
    /%([-+ 0#]*)(\d{1,4}|\*)?(?:\.(\d{0,3}))?([a-zA-Z%])/g,
    (_all, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%'
      const columns = width === '*' ? Number(values[next++]) : Number(width ?? 0)
      if (next >= values.length) return `%!${verb}(MISSING)`
      const spec = {
        flags,
        width: Math.min(columns, 9999),
        precision: precision === undefined ? undefined : Number(precision),
        verb
      }
      return pad(formatOne(spec, values[next++]), spec)
    }
  )
  const extra = values.slice(next)
  return extra.length === 0
    ? text
    : `${text}%!(EXTRA ${extra.map((value) => `${typeName(value)}=${goString(value)}`).join(', ')})`
}

function formatOne({ flags, precision, verb }: Verb, value: unknown): string {
  if (verb === 'v') return goString(value)
  if (typeof value === 'string') return formatString(verb, value, precision) ?? wrong(verb, value)
  if (typeof value === 'number') {
    const text = formatNumber(verb, value, precision)
    if (text === undefined) return wrong(verb, value)
    return flags.includes('+') && value >= 0 ? `+${text}` : text
  }
  if (typeof value === 'boolean' && verb === 't') return String(value)
  return verb === 's' && typeof value === 'object' ? goString(value) : wrong(verb, value)
}

function formatString(verb: string, value: string, precision: number | undefined): string | undefined {
  if (verb === 's') return precision === undefined ? value : value.slice(0, precision)
  if (verb === 'q') return goJson(value)
  if (verb === 'x') return Buffer.from(value).toString('hex')
  return verb === 'X' ? Buffer.from(value).toString('hex').toUpperCase() : undefined
}

function formatNumber(verb: string, value: number, precision: number | undefined): string | undefined {
  const bases: Readonly<Record<string, number>> = { d: 10, x: 16, X: 16, o: 8, b: 2 }
  const base = bases[verb]
  if (base !== undefined) {
    if (!Number.isInteger(value)) return undefined
    const digits = value.toString(base)
    return verb === 'X' ? digits.toUpperCase() : digits
  }
  if (verb === 'f' || verb === 'F') return value.toFixed(precision ?? 6)
  if (verb === 'e') return value.toExponential(precision ?? 6).replace(/e([+-])(\d)$/, 'e$10$2')
  if (verb === 'g') return String(precision === undefined ? value : Number(value.toPrecision(precision || 1)))
  if (verb === 'c') return String.fromCodePoint(value)
  return undefined
}

function wrong(verb: string, value: unknown): string {
  return `%!${verb}(${typeName(value)}=${goString(value)})`
}

function pad(text: string, { flags, width, verb }: Verb): string {
  if (flags.includes('-')) return text.padEnd(width)
  if (!flags.includes('0') || !'dfxXobeg'.includes(verb)) return text.padStart(width)
  const sign = /^[+-]/.exec(text)?.[0] ?? ''
  return sign + text.slice(sign.length).padStart(width - sign.length, '0')
}
