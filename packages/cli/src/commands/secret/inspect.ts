import { inspectSecret } from '@runcible/api-schema'
import { type Engine, isEngineError, type SecretRecord } from '@runcible/interface'
import type { CommandContext, CommandModule } from '../../command.ts'
import { exitCodes } from '../../exit-code.ts'
import { escapeControls } from '../../format/escape.ts'
import { UsageError } from '../../usage-error.ts'
import { inspectFormatFlag, inspectObjects } from '../inspect-objects.ts'
import { errorReporter } from '../report.ts'

export const command: CommandModule = {
  usage: '[options] SECRET [SECRET...]',
  flags: [
    inspectFormatFlag,
    { name: 'pretty', kind: 'bool', help: 'For a person to read' },
    { name: 'showsecret', kind: 'bool', help: 'Print the secret itself too' }
  ],
  async run(context) {
    const { args, flags } = context
    if (args.length === 0) throw new UsageError('name a secret')
    if (flags.bool('pretty') && flags.text('format') !== undefined)
      throw new UsageError('--pretty and --format exclude each other')
    const { secrets } = await context.engine()
    if (flags.bool('pretty')) return await printForPeople(context, secrets)
    return await inspectObjects(context, args, async (name) =>
      inspectSecret(await secrets.inspect(name), await shown(context, secrets, name))
    )
  }
}

async function shown({ flags }: CommandContext, secrets: Engine['secrets'], name: string): Promise<string | undefined> {
  return flags.bool('showsecret') ? Buffer.from(await secrets.reveal(name)).toString('utf8') : undefined
}

async function printForPeople(context: CommandContext, secrets: Engine['secrets']): Promise<number> {
  const report = errorReporter(context.stdio)
  let code = 0
  for (const name of context.args) {
    try {
      const text = pretty(await secrets.inspect(name), await shown(context, secrets, name))
      context.stdio.stdout.write(text)
    } catch (error) {
      if (!isEngineError(error)) throw error
      report(error)
      code = exitCodes.failure
    }
  }
  return code
}

function pretty(secret: SecretRecord, data: string | undefined): string {
  const { Spec: spec, ...rest } = inspectSecret(secret)
  const lines = [
    ['ID', rest.ID],
    ['Name', spec.Name],
    ['Driver', spec.Driver.Name],
    ['Created at', rest.CreatedAt],
    ['Updated at', rest.UpdatedAt],
    ...(data === undefined ? [] : [['Secret', data]])
  ]
  const labels = Object.entries(spec.Labels).map(([key, value]) => ` - ${key}=${value}`)
  const text = lines.map(([key, value]) => `${`${key}:`.padEnd(13)}${escapeControls(value ?? '')}`)
  return `${[...text, ...(labels.length > 0 ? ['Labels:', ...labels.map(escapeControls)] : [])].join('\n')}\n`
}
