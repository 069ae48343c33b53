import { writeSync } from 'node:fs'
import type { Logger, LogLevel } from '@runcible/interface'

const ranks: Readonly<Record<LogLevel, number>> = { trace: 0, debug: 1, info: 2, warn: 3, error: 4 }

/** Control characters of names and messages must not reach a terminal. */
const printable = (text: string) =>
  text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => `\\u${character.codePointAt(0)!.toString(16).padStart(4, '0')}`)

/** Writes what is at least as grave as `level` to the standard error, a line each: `level: message key=value`. */
export function stderrLogger(level: LogLevel): Logger {
  return {
    level,
    log(lineLevel, message, fields = {}) {
      if (ranks[lineLevel] < ranks[level]) return
      const details = Object.entries(fields).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`)
      writeSync(2, `${lineLevel}: ${printable(message + details.join(''))}\n`)
    }
  }
}
