import { isEngineError } from '@runcible/interface'
import { escapeControls } from './format/escape.ts'
import { isUsageError } from './usage-error.ts'

export interface FailureOptions {
  /** The command as typed, for the pointer to its help. */
  readonly command: string
  /** Adds the chain of causes. */
  readonly debug: boolean
}

/** The one place where an error becomes text: one line, the hint on a second, and with `debug` the causes. */
export function failureText(failure: unknown, { command, debug }: FailureOptions): string {
  const error = firstError(failure)
  const lines = [`Error: ${escapeControls(messageOf(error))}`]
  if (isUsageError(error) && error.suggestion !== undefined) lines.push(`Did you mean ${error.suggestion}?`)
  if (isUsageError(error) && error.pointToHelp) lines.push(`See '${command} --help'`)
  if (isEngineError(error) && error.hint !== undefined) lines.push(`Hint: ${escapeControls(error.hint)}`)
  if (debug) lines.push(...causesOfAll(failure))
  return `${lines.join('\n')}\n`
}

/** The one that led to the others: a clean-up that fails as well must not hide why it was done. */
export function firstError(error: unknown): unknown {
  return error instanceof SuppressedError ? firstError(error.suppressed) : error
}

function causesOfAll(error: unknown): readonly string[] {
  if (!(error instanceof SuppressedError)) return causes(error)
  return [...causesOfAll(error.suppressed), ...causesOfAll(error.error)]
}

function messageOf(error: unknown): string {
  if (isUsageError(error) || isEngineError(error)) return error.message
  return error instanceof Error ? error.message : String(error)
}

function causes(error: unknown): readonly string[] {
  const lines: string[] = []
  const seen = new Set<unknown>()
  for (let at = error; at instanceof Error && !seen.has(at); at = at.cause) {
    seen.add(at)
    const code = isEngineError(at) ? ` [${at.code}]` : ''
    lines.push(`${lines.length === 0 ? 'at' : 'caused by'}: ${at.name}${code}: ${escapeControls(at.message)}`)
    const frames = at.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? []
    lines.push(...frames.map((line) => `  ${line.trim()}`))
  }
  return lines
}
