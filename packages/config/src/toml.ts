import { readFileSync } from 'node:fs'
import { EngineError } from '@runcible/interface'
import { parse, TomlError } from 'smol-toml'
import { unreadable } from './config-files.ts'

export type TomlTable = { readonly [key: string]: unknown }

/** The content of a TOML file; undefined when there is none. `invalid-argument` with the place when it is not TOML. */
export function readToml(path: string): TomlTable | undefined {
  const text = readText(path)
  if (text === undefined) return undefined
  try {
    return parse(withoutComments(text))
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [what = ''] = error.message.split('\n')
    throw new EngineError('invalid-argument', `${path}, line ${error.line}: ${what}`, {
      hint: 'mend the file',
      cause: error
    })
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw unreadable(path, error)
  }
}

/**
 * Empties the lines that are comments: distributions ship files that are nearly nothing else, and a parser takes
 * milliseconds for them. Lines keep their numbers. In a multi-line string such a line would be no comment.
 */
function withoutComments(text: string): string {
  return text.includes('"""') || text.includes("'''") ? text : text.replace(/^[ \t]*#.*$/gm, '')
}
