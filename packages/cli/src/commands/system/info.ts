import { infoReport } from '@runcible/api-schema'
import type { CommandModule } from '../../command.ts'
import { goJsonIndented } from '../../format/json.ts'
import { isJsonFormat } from '../../format/list.ts'
import { compileTemplate } from '../../format/template/template.ts'
import { toYaml } from '../../format/yaml.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options]',
  description: "What does not work here, and why, is told by 'runcible doctor'.",
  flags: [{ name: 'format', short: 'f', kind: 'string', value: 'template', help: 'json, or a Go template' }],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 0, 0)
    const format = flags.text('format')
    const template = format === undefined || isJsonFormat(format) ? undefined : compileTemplate(format)
    const report = infoReport(await (await engine()).system.info({ signal: interruption.signal }))
    if (template !== undefined) stdio.stdout.write(`${template.render(report)}\n`)
    else stdio.stdout.write(format === undefined ? toYaml(report) : `${goJsonIndented(report, 2)}\n`)
  }
}
