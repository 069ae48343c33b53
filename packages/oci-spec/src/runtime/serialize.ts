import { unlimited } from './defaults.ts'
import type { RuntimeSpec } from './spec.ts'
import type { SpecProcess } from './process.ts'

// Node has it; the library's types do not name it yet.
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }

/**
 * The text of `config.json` (or of the process file of `exec`). Rlimits without a limit become exactly 2^64-1, which a
 * number of JavaScript cannot hold.
 */
export function serializeSpec(spec: RuntimeSpec | SpecProcess): string {
  return JSON.stringify(spec, (key, value: unknown) =>
    (key === 'soft' || key === 'hard') && typeof value === 'number' && value >= unlimited
      ? rawJSON('18446744073709551615')
      : value
  )
}
