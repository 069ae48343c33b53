import { type CommandComparison, tiers, type Tier } from './compare.ts'
import type { CommandFlags } from './our-commands.ts'
import { counterpart } from './skopeo.ts'

/** The comparison in Markdown: numbers, missing commands, and the flags of each command that both have. */
export function tables(comparison: readonly CommandComparison[], ours: readonly CommandFlags[]): string {
  const commands = comparison.filter(({ name }) => name !== '')
  return [
    summary(commands),
    '### Commands that are missing\n',
    ...tiers.map(
      (tier) => `- **${tier}**: ${listed(commands.filter((one) => one.tier === tier && !one.flags).map(nameOf))}`
    ),
    `- Only here: ${listed(onlyOurs(comparison, ours))}\n`,
    '### Flags\n',
    'Flags in the columns A, B and C are refused with `unknown flag` and exit code 125.\n',
    '| command | same | missing: A | B | C | only here |',
    '| --- | --- | --- | --- | --- | --- |',
    ...comparison.map(flagRow).filter((row) => row !== undefined)
  ].join('\n')
}

const nameOf = ({ name }: CommandComparison): string => name

/** The same beside skopeo, whose flags that a command of ours has more of are of no interest. */
export function skopeoTable(comparison: readonly CommandComparison[]): string {
  const missing = comparison.filter(({ flags }) => flags === undefined).map((one) => `${nameOf(one)} (${one.tier})`)
  const rows = comparison.flatMap(({ name, flags }) => {
    if (flags === undefined) return []
    const title = name === '' ? '(before the command)' : `\`${name}\``
    const cells = tiers.map((tier) => words(flags.missing[tier]))
    return [`| ${title} | \`${counterpart(name) ?? ''}\` | ${flags.both.length} | ${cells.join(' | ')} |`]
  })
  return [
    '### Beside skopeo\n',
    'The commands of skopeo 1.22 are commands of `image` here.\n',
    '| skopeo | here | same | missing: A | B | C |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    '',
    `Commands that are missing: ${listed(missing)}.`
  ].join('\n')
}

function summary(commands: readonly CommandComparison[]): string {
  const rows = tiers.map((tier) => {
    const ofTier = commands.filter((command) => command.tier === tier)
    const present = ofTier.filter(({ flags }) => flags !== undefined)
    const missing = commands.reduce((sum, { flags }) => sum + (flags?.missing[tier].length ?? 0), 0)
    return `| ${tier} | ${present.length} of ${ofTier.length} | ${missing} |`
  })
  const both = commands.reduce((sum, { flags }) => sum + (flags?.both.length ?? 0), 0)
  return [
    '| tier | commands | flags missing in them |',
    '| --- | --- | --- |',
    ...rows,
    '',
    `${both} flags are the same.\n`
  ].join('\n')
}

function onlyOurs(comparison: readonly CommandComparison[], ours: readonly CommandFlags[]): string[] {
  const theirs = new Set(comparison.map(nameOf))
  return ours.filter(({ names }) => !names.some((name) => theirs.has(name))).map(({ names }) => names[0] ?? '')
}

function flagRow({ name, flags }: CommandComparison): string | undefined {
  if (flags === undefined) return undefined
  const missing = (tier: Tier) => words(flags.missing[tier])
  const title = name === '' ? '(before the command)' : `\`${name}\``
  return `| ${title} | ${flags.both.length} | ${tiers.map(missing).join(' | ')} | ${words(flags.ours)} |`
}

const words = (flags: readonly string[]): string => flags.map((flag) => `\`--${flag}\``).join(' ')

const listed = (names: readonly string[]): string =>
  names.length === 0 ? 'none' : names.map((name) => `\`${name}\``).join(', ')
