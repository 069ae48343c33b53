import { readFileSync } from 'node:fs'
import { EngineError } from '@runcible/interface'
import { parse, TomlError } from 'smol-toml'
import { unreadable } from './config-files.ts'

export type TomlTable = { readonly [key: string]: unknown }

export interface TomlFile {
  /** False when the key is certainly not in there; needs no parsing. */
  mentions(key: string): boolean
  /** Parsed at the first call. `invalid-argument` with the place when it is not TOML. */
  content(): TomlTable
}

/** A TOML file, or undefined when there is none. */
export function openToml(path: string): TomlFile | undefined {
  const text = readText(path)
  if (text === undefined) return undefined
  const plain = withoutComments(text)
  let content: TomlTable | undefined
  return {
    // An escape in a quoted key could spell it in another way.
    mentions: (key) => plain.includes('\\') || new RegExp(`(?<![\\w-])${key}(?![\\w-])`).test(plain),
    content: () => (content ??= parseToml(path, plain))
  }
}

export const readToml = (path: string): TomlTable | undefined => openToml(path)?.content()

function parseToml(path: string, text: string): TomlTable {
  try {
    return parse(text)
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
