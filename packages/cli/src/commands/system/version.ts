import { versionReport } from '@runcible/api-schema'
import type { VersionInfo } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { goJson } from '../../format/json.ts'
import { isJsonFormat } from '../../format/list.ts'
import { compileTemplate } from '../../format/template/template.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options]',
  flags: [
    {
      name: 'format',
      short: 'f',
      kind: 'string',
      value: 'template',
      help: 'json, or a Go template such as {{.Client.Version}}'
    }
  ],
  async run({ flags, args, stdio, engine }) {
    checkArguments(args, 0, 0)
    const format = flags.text('format')
    const template = format === undefined || isJsonFormat(format) ? undefined : compileTemplate(format)
    const version = await (await engine()).system.version()
    const report = { Client: versionReport(version) }
    if (template !== undefined) stdio.stdout.write(`${template.render(report)}\n`)
    else stdio.stdout.write(format === undefined ? versionText(version) : `${goJson(report)}\n`)
  }
}

function versionText({ version, apiVersion, node, os, arch, kernel, runtime }: VersionInfo): string {
  const rows = {
    Client: 'Runcible Engine',
    Version: version,
    'API Version': apiVersion,
    'Node Version': node,
    'OS/Arch': `${os}/${arch}`,
    Kernel: kernel,
    Runtime: `${runtime.name} ${runtime.version} (${runtime.path})`
  }
  return Object.entries(rows)
    .map(([name, value]) => `${`${name}:`.padEnd(14)}${value}\n`)
    .join('')
}
