import type { Engine } from '@runcible/interface'
import type { CommandContext, CommandModule } from '../../command.ts'
import { exitCodeOfOutcome, stayWith } from '../../run-container.ts'
import { timings } from '../../progress/timings.ts'
import { defaultDetachKeys, parseDetachKeys } from '../../terminal/detach-keys.ts'
import { terminalSize } from '../../terminal/size.ts'
import { UsageError } from '../../usage-error.ts'
import { errorReporter, forEachName } from '../report.ts'
import { selectContainers, selectionFlags } from '../selection.ts'

export const command: CommandModule = {
  usage: '[options] CONTAINER [CONTAINER...]',
  description: 'Prints each container that was started. With --attach the exit code is that of the container.',
  flags: [
    { name: 'attach', short: 'a', kind: 'bool', help: 'Connect its output, and hand signals to it' },
    { name: 'interactive', short: 'i', kind: 'bool', help: 'Connect its input too' },
    {
      name: 'detach-keys',
      kind: 'string',
      value: 'keys',
      help: `Keys that leave a terminal (default ${defaultDetachKeys})`
    },
    {
      name: 'sig-proxy',
      kind: 'bool',
      defaultValue: true,
      help: 'Hand signals to the process (default with --attach, without a terminal)'
    },
    { name: 'timings', kind: 'bool', help: 'Print how long each step took' },
    { name: 'all', kind: 'bool', help: 'Take every container that does not run', group: 'Which containers' },
    ...selectionFlags('latest', 'filter')
  ],
  async run(context) {
    const { flags, interruption } = context
    const attach = flags.bool('attach') || flags.bool('interactive')
    const keys = parseDetachKeys(flags.text('detach-keys') ?? defaultDetachKeys)
    const engine = await context.engine()
    const names = await selectContainers(
      context,
      engine,
      ['all', 'latest', 'filter'],
      (container) => container.status !== 'running'
    )
    if (attach) {
      if (names.length > 1) throw new UsageError('only one container can be attached to at a time')
      return names[0] === undefined ? 0 : await startAttached(engine, names[0], keys, context)
    }
    const times = flags.bool('timings') ? timings(context.stdio.stderr) : undefined
    const code = await forEachName(
      context,
      names,
      async (name) => {
        const started = engine.containers.start(name, { signal: interruption.signal, onProgress: times?.onProgress })
        await started.catch((error) => removeIfAuto(engine, name, error))
        return name
      },
      { exitCodes: startExitCodes }
    )
    times?.print()
    return code
  }
}

/** A command that cannot be run is only `run`'s to tell by its own codes. */
const startExitCodes = { 'command-not-found': 125, 'command-not-executable': 125 } as const

async function startAttached(
  engine: Engine,
  name: string,
  detachKeys: readonly number[],
  context: CommandContext
): Promise<number> {
  const { flags, stdio, interruption } = context
  const times = flags.bool('timings') ? timings(stdio.stderr) : undefined
  const { config } = await engine.containers.inspect(name)
  const attach = { stdin: flags.bool('interactive'), stdout: true, stderr: true }
  const size = config.tty ? terminalSize(stdio.stdout) : undefined
  const started = await engine.containers
    .start(name, {
      attach: { ...attach, ...(size === undefined ? {} : { size }) },
      attend: true,
      signal: interruption.signal,
      onProgress: times?.onProgress
    })
    .catch((error) => removeIfAuto(engine, name, error))
  const stay = { attach, detachKeys, sigProxy: flags.bool('sig-proxy'), spec: { tty: config.tty } }
  const outcome = await stayWith(engine, started, stay, { stdio, interruption, onError: errorReporter(stdio) })
  times?.print()
  return exitCodeOfOutcome(outcome)
}

/** A container that removes itself must not stay behind because it could not be started. */
async function removeIfAuto(engine: Engine, name: string, error: unknown): Promise<never> {
  try {
    const { config, status, id } = await engine.containers.inspect(name)
    if (config.autoRemove && status !== 'running' && status !== 'paused')
      await engine.containers.remove(id, { force: true, volumes: true })
  } catch {
    // The failure to start is the one to tell.
  }
  throw error
}
