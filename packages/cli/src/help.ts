import { catalog, nouns } from './catalog.ts'
import { globalFlags } from './global-options.ts'

/** Help of the program itself. */
export function mainHelp(): string {
  const groups = [...new Set(catalog.flatMap((entry) => entry.group ?? []))]
  const sections = groups.map((group) =>
    section(
      group,
      catalog.filter((entry) => entry.group === group).map((entry) => [entry.names[0]!, entry.summary])
    )
  )
  return [
    'Run containers without a daemon.',
    '',
    'Usage: runcible [global options] COMMAND [ARG...]',
    '',
    ...sections,
    section(
      'More commands',
      Object.entries(nouns).map(([noun, about]) => [`${noun} …`, about])
    ),
    section(
      'Global options',
      globalFlags.map((flag) => [
        `${flag.short === undefined ? '' : `-${flag.short}, `}--${flag.name}${flag.value === undefined ? '' : ` <${flag.value}>`}`,
        flag.help
      ])
    ),
    "'runcible COMMAND --help' tells more about one command.",
    ''
  ].join('\n')
}

/** Help of a first word that takes a second one. */
export function nounHelp(noun: string): string {
  const rows = catalog.flatMap((entry) => {
    const name = entry.names.find((candidate) => candidate.startsWith(`${noun} `))
    return name === undefined || name === 'container cleanup'
      ? []
      : [[name.slice(noun.length + 1), entry.summary] as const]
  })
  return `${nouns[noun]}.\n\nUsage: runcible ${noun} COMMAND [ARG...]\n\n${section('Commands', rows)}`
}

function section(title: string, rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length))
  return `${title}:\n${rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`).join('\n')}\n`
}
