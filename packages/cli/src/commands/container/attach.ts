import { EngineError } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { exitCodeOfOutcome, stayWith } from '../../run-container.ts'
import { defaultDetachKeys, parseDetachKeys } from '../../terminal/detach-keys.ts'
import { terminalSize } from '../../terminal/size.ts'
import { errorReporter } from '../report.ts'
import { selectOne, selectionFlags } from '../selection.ts'

export const command: CommandModule = {
  usage: '[options] CONTAINER',
  description: 'The exit code is that of the container, or 0 after the detach keys.',
  flags: [
    { name: 'no-stdin', kind: 'bool', help: 'Leave the standard input alone' },
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
      help: 'Hand signals to the process (default, without a terminal)'
    },
    ...selectionFlags('latest')
  ],
  async run(context) {
    const { flags, stdio, interruption } = context
    const detachKeys = parseDetachKeys(flags.text('detach-keys') ?? defaultDetachKeys)
    const engine = await context.engine()
    const container = await engine.containers.inspect(await selectOne(context, engine))
    const { config, status, name, id } = container
    if (status !== 'running') {
      throw new EngineError(
        'failed-precondition',
        `container ${name} is ${status}: only a running one can be attached to`,
        { subject: { kind: 'container', name } }
      )
    }
    const attach = { stdin: config.stdin && !flags.bool('no-stdin'), stdout: true, stderr: true }
    const size = config.tty ? terminalSize(stdio.stdout) : undefined
    const attachment = await engine.containers.attach(id, {
      ...attach,
      ...(size === undefined ? {} : { size }),
      signal: interruption.signal
    })
    const stay = { attach, detachKeys, sigProxy: flags.bool('sig-proxy'), spec: { tty: config.tty } }
    const outcome = await stayWith(engine, { container, attachment, attendance: undefined }, stay, {
      stdio,
      interruption,
      onError: errorReporter(stdio)
    })
    return exitCodeOfOutcome(outcome)
  }
}
