import type { Flag } from './flag.ts'
import type { Syntax } from './parse.ts'

const width = 110

/** Help of one command: its use, what it does, its flags under their headings, examples. */
export function helpText({ name, usage, summary, description, flags, examples = [] }: Syntax): string {
  const shown: readonly Flag[] = [...flags, { name: 'help', kind: 'bool', help: 'Show this text', group: 'Help' }]
  const column = Math.max(...shown.map((flag) => term(flag).length)) + 2
  const groups = Map.groupBy(shown, (flag) => flag.group ?? 'Options')
  const sections = [...groups].map(
    ([group, members]) => `${group}:\n${members.map((flag) => row(flag, column)).join('')}`
  )
  return [
    `Usage: ${name} ${usage}\n`,
    `${summary}\n`,
    ...(description === undefined ? [] : [`${description}\n`]),
    ...sections,
    ...(examples.length === 0 ? [] : [`Examples:\n${examples.map((line) => `  ${line}\n`).join('')}`])
  ].join('\n')
}

function term({ name, short, kind, value }: Flag): string {
  return `${short === undefined ? '' : `-${short}, `}--${name}${kind === 'bool' ? '' : ` <${value ?? name}>`}`
}

function row(flag: Flag, column: number): string {
  const [first, ...rest] = wrap(flag.help, width - column - 2)
  return [`  ${term(flag).padEnd(column)}${first}\n`, ...rest.map((line) => `${' '.repeat(column + 2)}${line}\n`)].join(
    ''
  )
}

/** Lines of at most so many columns, broken between words. */
function wrap(text: string, columns: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = word
    } else {
      line = line === '' ? word : `${line} ${word}`
    }
  }
  return [...lines, line]
}
