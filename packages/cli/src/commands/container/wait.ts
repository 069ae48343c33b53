import { isEngineError } from '@runcible/interface'
import type { WaitCondition } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { UsageError } from '../../usage-error.ts'
import { forEachName } from '../report.ts'
import { selectContainers, selectionFlags } from '../selection.ts'

const conditions: readonly WaitCondition[] = [
  'exited',
  'stopped',
  'running',
  'created',
  'paused',
  'removed',
  'next-exit'
]

export const command: CommandModule = {
  usage: '[options] CONTAINER [CONTAINER...]',
  description: 'Prints an exit code for each container.',
  flags: [
    {
      name: 'condition',
      kind: 'csv',
      value: 'state',
      help: `What to wait for, any of: ${conditions.join(', ')} (default: stopped)`
    },
    { name: 'ignore', kind: 'bool', help: 'Print -1 for a container that does not exist' },
    ...selectionFlags('latest')
  ],
  async run(context) {
    const wanted = readConditions(context.flags.list('condition'))
    const engine = await context.engine()
    const names = await selectContainers(context, engine, ['latest'])
    return await forEachName(context, names, async (name) => {
      const done = new AbortController()
      const signal = AbortSignal.any([context.interruption.signal, done.signal])
      try {
        const waits = wanted.map((condition) => engine.containers.wait(name, { condition, signal }))
        return String((await Promise.race(waits)).code)
      } catch (error) {
        if (context.flags.bool('ignore') && isEngineError(error, 'not-found')) return '-1'
        throw error
      } finally {
        done.abort()
      }
    })
  }
}

function readConditions(words: readonly string[]): readonly WaitCondition[] {
  if (words.length === 0) return ['stopped']
  return words.map((word) => {
    const known = conditions.find((condition) => condition === word)
    if (known === undefined)
      throw new UsageError(`invalid value for --condition: "${word}" is none of ${conditions.join(', ')}`)
    return known
  })
}
