import { existsSync } from 'node:fs'
import type { CommandContext, CommandModule } from '../../command.ts'
import { containerFlags, readContainerSpec } from '../../flags/container/spec.ts'
import { grouped } from '../../flags/flag.ts'
import type { FlagValues } from '../../flags/values.ts'
import { exitCodeOfOutcome, runContainer, type RunRequest } from '../../run-container.ts'
import { defaultDetachKeys, parseDetachKeys } from '../../terminal/detach-keys.ts'
import { UsageError } from '../../usage-error.ts'
import { operationProgress } from '../operation-progress.ts'
import { imageToRun } from './image-to-run.ts'
import { errorReporter } from '../report.ts'

export const command: CommandModule = {
  usage: '[options] IMAGE [COMMAND [ARG...]]',
  description:
    'The image is pulled when it is not here. The exit code is that of the container; 125 when the engine failed,\n126 when the command cannot be executed, 127 when it does not exist.',
  stopAtOperand: true,
  flags: [
    ...grouped('Running', [
      { name: 'detach', short: 'd', kind: 'bool', help: 'Start it in the background and print its id' },
      { name: 'attach', short: 'a', kind: 'csv', value: 'stream', help: 'Connect only stdin, stdout or stderr' },
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
      { name: 'cidfile', kind: 'string', value: 'file', help: 'Write the id to a new file' },
      { name: 'timings', kind: 'bool', help: 'Print how long each step took' }
    ]),
    ...containerFlags
  ],
  examples: [
    'runcible run --rm alpine echo hello',
    'runcible run -it --rm alpine sh',
    'runcible run -d --name web -p 8080:80 -v site:/usr/share/nginx/html nginx'
  ],
  async run(context) {
    const request = readRunRequest(context)
    const { stdio, flags, interruption } = context
    const progress = operationProgress(flags, stdio)
    try {
      const engine = await context.engine()
      const { name, keep } = await imageToRun(stdio, engine, request.spec.image)
      const run = { ...request, spec: { ...request.spec, image: name }, onProgress: progress.onProgress }
      const { id, outcome } = await runContainer(engine, run, { stdio, interruption, onError: errorReporter(stdio) })
      keep()
      if (outcome === undefined) stdio.stdout.write(`${id}\n`)
      return outcome === undefined ? 0 : exitCodeOfOutcome(outcome)
    } finally {
      progress.finish()
    }
  }
}

/** Everything checked that can be checked before an engine is opened. @throws UsageError */
function readRunRequest({ flags, args, env, globals, stdio }: CommandContext): RunRequest {
  const spec = readContainerSpec(flags, args, env, globals.runtime)
  const cidFile = flags.text('cidfile')
  if (cidFile !== undefined && existsSync(cidFile))
    throw new UsageError(`--cidfile ${cidFile} exists: remove it, or name another`)
  const detach = flags.bool('detach')
  if (detach && flags.has('attach')) throw new UsageError('--detach and --attach exclude each other')
  if (spec.tty === true && spec.stdin === true && !detach && stdio.stdin.isTTY !== true) {
    stdio.stderr.write(
      'Warning: the standard input is not a terminal; --tty with --interactive may not work as expected\n'
    )
  }
  return {
    spec,
    detach,
    attach: readAttach(flags, spec.stdin ?? false),
    detachKeys: parseDetachKeys(flags.text('detach-keys') ?? defaultDetachKeys),
    sigProxy: flags.bool('sig-proxy'),
    ...(cidFile === undefined ? {} : { cidFile })
  }
}

function readAttach(flags: FlagValues, interactive: boolean): RunRequest['attach'] {
  const named = flags.list('attach').map((name) => name.toLowerCase())
  const unknown = named.find((name) => !['stdin', 'stdout', 'stderr'].includes(name))
  if (unknown !== undefined)
    throw new UsageError(`invalid value for --attach: "${unknown}" is not stdin, stdout or stderr`)
  if (named.length === 0) return { stdin: interactive, stdout: true, stderr: true }
  return {
    stdin: named.includes('stdin') || interactive,
    stdout: named.includes('stdout'),
    stderr: named.includes('stderr')
  }
}
