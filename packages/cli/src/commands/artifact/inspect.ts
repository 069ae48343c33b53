import type { Artifact } from '@runcible/interface'
import { jsonLimits, parseJson } from '@runcible/oci-spec'
import type { CommandModule } from '../../command.ts'
import { escapeControls } from '../../format/escape.ts'
import { goJsonIndented } from '../../format/json.ts'
import { isJsonFormat } from '../../format/list.ts'
import { compileTemplate } from '../../format/template/template.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options] ARTIFACT',
  flags: [{ name: 'format', short: 'f', kind: 'string', value: 'template', help: 'json, or a Go template' }],
  async run({ flags, args, stdio, engine }) {
    checkArguments(args, 1, 1)
    const format = flags.text('format')?.replaceAll('\\t', '\t').replaceAll('\\n', '\n')
    const template = format === undefined || isJsonFormat(format) ? undefined : compileTemplate(format)
    const { artifacts } = await engine()
    const artifact = await artifacts.get(args[0]!)
    const document = printableArtifact(artifact)
    if (template === undefined) {
      stdio.stdout.write(`${goJsonIndented(document, 5)}\n`)
      return
    }
    const values = { ...document, Artifact: document, TotalSizeBytes: artifact.size }
    stdio.stdout.write(`${template.render(values, stdio.stdout.isTTY === true ? escapeControls : undefined)}\n`)
  }
}

const printableArtifact = ({ bytes, name, digest }: Artifact): object => ({
  Manifest: parseJson(bytes, jsonLimits.manifest),
  Name: name,
  Digest: digest
})
