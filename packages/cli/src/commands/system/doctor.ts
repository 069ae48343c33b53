import { styleText } from 'node:util'
import type { Diagnosis } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { escapeControls } from '../../format/escape.ts'
import { goJsonIndented } from '../../format/json.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options]',
  description:
    '✔ works, ✘ is needed and missing, ! is missing and only costs something. Exits with 1 when something needed is missing.',
  flags: [{ name: 'format', short: 'f', kind: 'string', value: 'format', help: 'json for a program to read' }],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 0, 0)
    const format = flags.text('format')
    if (format !== undefined && format !== 'json')
      throw new UsageError(`invalid value for --format: "${format}"; doctor prints text or json`)
    const found = await (await engine()).system.doctor({ signal: interruption.signal })
    const colour = stdio.stdout.isTTY === true
    stdio.stdout.write(
      format === 'json'
        ? `${goJsonIndented(found, 2)}\n`
        : found.map((one) => diagnosisText(one, colour)).join('') + summary(found)
    )
    return found.some((one) => one.required && !one.ok) ? 1 : 0
  }
}

function diagnosisText({ check, ok, required, found, effect, fix }: Diagnosis, colour: boolean): string {
  const sign = ok ? '✔' : required ? '✘' : '!'
  const paint = (text: string): string =>
    colour ? styleText(ok ? 'green' : required ? 'red' : 'yellow', text, { validateStream: false }) : text
  const more = ok ? [] : [effect, ...(fix === undefined ? [] : [`fix: ${fix}`])].filter((line) => line !== '')
  return [
    `${paint(sign)} ${check.padEnd(24)} ${escapeControls(found)}`,
    ...more.map((line) => `  ${' '.repeat(24)} ${escapeControls(line)}`),
    ''
  ].join('\n')
}

function summary(found: readonly Diagnosis[]): string {
  const broken = found.filter((one) => one.required && !one.ok).length
  const weak = found.filter((one) => !one.required && !one.ok).length
  if (broken > 0) return `${broken} of ${found.length} checks failed: containers will not run\n`
  return weak > 0
    ? `everything needed is here; ${weak} of ${found.length} checks could be better\n`
    : `all ${found.length} checks passed\n`
}
