import { readFileSync } from 'node:fs'
import { UsageError } from '../usage-error.ts'
import { recordOf, splitPair } from './key-value.ts'

type Host = Readonly<Record<string, string | undefined>>

/**
 * Variables of `--env-file` files, then of `-e` words, the later winning. `NAME` takes the host's value, and nothing
 * when the host has none; `NAME*` takes every host variable that begins so.
 *
 * @throws UsageError for an unreadable file or an empty name
 */
export function parseEnvironment(
  files: readonly string[],
  words: readonly string[],
  host: Host
): Readonly<Record<string, string>> {
  const lines = files.flatMap((file) => readLines(file, '--env-file').map(({ text, place }) => ({ text, place })))
  const given = words.map((text) => ({ text, place: '--env' }))
  return recordOf([...lines, ...given].flatMap(({ text, place }) => variables(text, host, place)))
}

/**
 * Labels of `--label-file` files, then of `--label` words.
 *
 * @throws UsageError
 */
export function parseLabels(files: readonly string[], words: readonly string[]): Readonly<Record<string, string>> {
  const lines = files.flatMap((file) => readLines(file, '--label-file'))
  return recordOf(
    [...lines, ...words.map((text) => ({ text, place: '--label' }))].map(({ text, place }) => {
      const [name, value = ''] = splitPair(text)
      if (name === '') throw new UsageError(`invalid label "${text}" in ${place}: the key is empty`)
      return [name, value] as const
    })
  )
}

function variables(text: string, host: Host, place: string): readonly (readonly [string, string])[] {
  const [name, value] = splitPair(text)
  if (name === '') throw new UsageError(`invalid variable "${text}" in ${place}: the name is empty`)
  if (value !== undefined) return [[name, value]]
  if (name.endsWith('*')) {
    const prefix = name.slice(0, -1)
    return Object.entries(host).flatMap(([key, known]) =>
      key.startsWith(prefix) && known !== undefined ? [[key, known] as const] : []
    )
  }
  const known = host[name]
  return known === undefined ? [] : [[name, known]]
}

/** Lines as they are, without quoting rules; empty lines and those that begin with `#` are left out. */
function readLines(file: string, flag: string): readonly { readonly text: string; readonly place: string }[] {
  let content: string
  try {
    content = readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(
      `${flag} ${file}: ${(error as NodeJS.ErrnoException).code === 'ENOENT' ? 'no such file' : (error as Error).message}`
    )
  }
  return content.split(/\r?\n/).flatMap((line, index) => {
    const text = line.trimStart()
    return text === '' || text.startsWith('#') ? [] : [{ text, place: `${file}:${index + 1}` }]
  })
}
