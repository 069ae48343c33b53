import type { CommandModule } from '../../command.ts'
import { parsePairs } from '../../parse/key-value.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options] [NAME]',
  description: 'Prints the name. Without NAME it gets a random one.',
  flags: [
    { name: 'driver', short: 'd', kind: 'string', value: 'driver', help: 'Volume driver (default local)' },
    { name: 'label', short: 'l', kind: 'list', value: 'key=value', help: 'Attach a label' },
    { name: 'opt', short: 'o', kind: 'list', value: 'key=value', help: 'Option of the driver: type=, device=, o=' },
    { name: 'ignore', kind: 'bool', help: 'Use a volume of that name if there is one' }
  ],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 0, 1)
    const driver = flags.text('driver')
    const spec = {
      labels: parsePairs(flags.list('label'), '--label'),
      options: parsePairs(flags.list('opt'), '--opt'),
      ...(args[0] === undefined ? {} : { name: args[0] }),
      ...(driver === undefined ? {} : { driver })
    }
    const { volumes } = await engine()
    const existing = flags.bool('ignore') && spec.name !== undefined && (await volumes.exists(spec.name))
    const name = existing ? spec.name : (await volumes.create(spec, { signal: interruption.signal })).name
    stdio.stdout.write(`${name}\n`)
  }
}
