import { readFileSync } from 'node:fs'

/**
 * A YAML file that may hold secrets. Of its text nothing gets into an error, as a parser's message would bring it, or to
 * the standard error, as a parser's warning would.
 *
 * @throws Error with one line: where and of what kind the mistake is.
 */
export async function readYamlFile(path: string): Promise<unknown> {
  const text = readFileSync(path, 'utf8')
  const { parseDocument } = await import('yaml')
  const document = parseDocument(text, { logLevel: 'silent' })
  const [first] = document.errors
  if (first !== undefined) throw new Error(`line ${first.linePos?.[0].line ?? 1}: not YAML (${first.code})`)
  try {
    return document.toJS({ maxAliasCount: 0 })
  } catch {
    throw new Error('aliases are not supported')
  }
}
