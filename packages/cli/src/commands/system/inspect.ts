import { type Engine, EngineError, isEngineError } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { UsageError } from '../../usage-error.ts'
import {
  findContainer,
  findImage,
  findNetwork,
  findVolume,
  inspectFormatFlag,
  inspectObjects
} from '../inspect-objects.ts'
import { latestContainer, selectionFlags } from '../selection.ts'

type Find = (engine: Engine, name: string, size: boolean) => Promise<object>

/** In the order in which a name is looked for. */
const kinds: Readonly<Record<string, Find>> = {
  container: findContainer,
  image: findImage,
  network: findNetwork,
  volume: findVolume
}

export const command: CommandModule = {
  usage: '[options] NAME [NAME...]',
  description: 'A name is looked for among containers, then images, networks and volumes.',
  flags: [
    inspectFormatFlag,
    {
      name: 'type',
      short: 't',
      kind: 'string',
      value: 'kind',
      help: 'Look only for a container, image, network or volume'
    },
    { name: 'size', short: 's', kind: 'bool', help: 'Add the size on disk of containers' },
    ...selectionFlags('latest')
  ],
  async run(context) {
    const { flags, args } = context
    const type = flags.text('type') ?? 'all'
    if (type !== 'all' && !Object.hasOwn(kinds, type))
      throw new UsageError(`invalid value for --type: "${type}" is none of all, ${Object.keys(kinds).join(', ')}`)
    const latest = flags.bool('latest')
    if (latest === args.length > 0) throw new UsageError('name what to inspect, or give --latest')
    if (flags.bool('size') && type !== 'all' && type !== 'container') throw new UsageError('--size is for containers')
    const engine = await context.engine()
    const names = latest ? [await latestContainer(engine)] : args
    const finds = type === 'all' ? Object.values(kinds) : [kinds[type]!]
    return await inspectObjects(context, names, (name) => findAny(finds, engine, name, flags.bool('size')))
  }
}

async function findAny(finds: readonly Find[], engine: Engine, name: string, size: boolean): Promise<object> {
  for (const find of finds) {
    try {
      return await find(engine, name, size)
    } catch (error) {
      if (!isEngineError(error, 'not-found') || finds.length === 1) throw error
    }
  }
  throw new EngineError('not-found', `no such object: "${name}"`)
}
