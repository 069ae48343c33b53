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
    { name: 'exit-first-match', kind: 'bool', help: 'Wait only for the first of them, and print its exit code' },
    { name: 'ignore', kind: 'bool', help: 'Print -1 for a container that does not exist' },
    ...selectionFlags('latest')
  ],
  async run(context) {
    const wanted = readConditions(context.flags.list('condition'))
    const engine = await context.engine()
    const names = await selectContainers(context, engine, ['latest'])
    const first = context.flags.bool('exit-first-match')
    const done = new AbortController()
    const signal = AbortSignal.any([context.interruption.signal, done.signal])
    const exitCode = async (name: string): Promise<string> => {
      const waits = wanted.map((condition) => engine.containers.wait(name, { condition, signal }))
      try {
        return String((await Promise.race(waits)).code)
      } catch (error) {
        if (context.flags.bool('ignore') && isEngineError(error, 'not-found')) return '-1'
        throw error
      }
    }
    try {
      if (!first) return await forEachName(context, names, exitCode)
      context.stdio.stdout.write(`${await Promise.race(names.map(exitCode))}\n`)
      return 0
    } finally {
      done.abort()
    }
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
