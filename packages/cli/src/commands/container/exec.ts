import { type ExecRequest, type ExecSpec, isEngineError, type RunningExec } from '@runcible/interface'
import type { CommandContext, CommandModule } from '../../command.ts'
import { parseEnvironment } from '../../parse/environment.ts'
import { exitCodeOfOutcome } from '../../run-container.ts'
import { openSession } from '../../session/session.ts'
import { proxiedSignals, proxySignals } from '../../session/signals.ts'
import type { Stdio } from '../../stdio.ts'
import { defaultDetachKeys, parseDetachKeys } from '../../terminal/detach-keys.ts'
import { terminalSize } from '../../terminal/size.ts'
import { UsageError } from '../../usage-error.ts'
import { errorReporter } from '../report.ts'
import { latestContainer, selectionFlags } from '../selection.ts'

export const command: CommandModule = {
  usage: '[options] CONTAINER COMMAND [ARG...]',
  description:
    'The exit code is that of the command; 125 when the engine failed, 126 when the command cannot be executed,\n127 when it does not exist, 255 when the container does not run.',
  stopAtOperand: true,
  flags: [
    { name: 'interactive', short: 'i', kind: 'bool', help: 'Connect the standard input' },
    { name: 'tty', short: 't', kind: 'bool', help: 'Give the command a terminal' },
    { name: 'detach', short: 'd', kind: 'bool', help: 'Run it in the background and print its id' },
    {
      name: 'detach-keys',
      kind: 'string',
      value: 'keys',
      help: `Keys that leave a terminal (default ${defaultDetachKeys})`
    },
    { name: 'env', short: 'e', kind: 'list', value: 'name[=value]', help: 'Set a variable' },
    { name: 'env-file', kind: 'list', value: 'file', help: 'Set variables from the lines of a file' },
    { name: 'user', short: 'u', kind: 'string', value: 'user[:group]', help: 'Run as this user' },
    { name: 'workdir', short: 'w', kind: 'string', value: 'dir', help: 'Working directory' },
    { name: 'privileged', kind: 'bool', help: 'Give the command every capability' },
    ...selectionFlags('latest')
  ],
  examples: ['runcible exec -it web sh', 'runcible exec web cat /etc/hostname'],
  async run(context) {
    const keys = parseDetachKeys(context.flags.text('detach-keys') ?? defaultDetachKeys)
    const { name, command: words } = readTarget(context)
    const spec = readExecSpec(context, words)
    const { containers } = await context.engine()
    const container = name ?? (await latestContainer(await context.engine()))
    const io = chooseIo(context, spec)
    let running: RunningExec | undefined
    try {
      running = await containers.exec(container, spec, { io, signal: context.interruption.signal })
      return await stay(running, io, spec, keys, context)
    } catch (error) {
      if (context.interruption.signal.aborted || !isEngineError(error)) throw error
      // A runtime that was given our descriptors has written there why it could not run the command.
      const isTold = running !== undefined && io.kind === 'inherit'
      if (!isTold) errorReporter(context.stdio)(error)
      return failureCode(error.code, context)
    }
  }
}

function readTarget({ flags, args }: CommandContext): {
  readonly name: string | undefined
  readonly command: readonly string[]
} {
  const latest = flags.bool('latest')
  const [name, ...rest] = args
  if (!latest && name === undefined) throw new UsageError('you must provide a container name or id, or --latest')
  const command = latest ? args : rest
  if (command.length === 0) throw new UsageError('you must provide a command to run')
  return { name: latest ? undefined : name, command }
}

function readExecSpec({ flags, env, stdio }: CommandContext, command: readonly string[]): ExecSpec {
  const tty = flags.bool('tty')
  const size = tty ? terminalSize(stdio.stdout) : undefined
  const workdir = flags.text('workdir')
  const user = flags.text('user')
  const variables = parseEnvironment(flags.list('env-file'), flags.list('env'), env)
  return {
    command,
    tty,
    stdin: flags.bool('interactive'),
    privileged: flags.bool('privileged'),
    ...(Object.keys(variables).length === 0 ? {} : { env: variables }),
    ...(workdir === undefined ? {} : { workdir }),
    ...(user === undefined ? {} : { user }),
    ...(size === undefined ? {} : { size })
  }
}

/** Without a terminal the command gets our own descriptors, when we have any: nothing is copied then. */
function chooseIo({ flags, stdio }: CommandContext, spec: ExecSpec): ExecRequest['io'] {
  if (flags.bool('detach')) return { kind: 'none' }
  if (spec.tty === true) return { kind: 'streams' }
  const stdout = descriptor(stdio.stdout)
  const stderr = descriptor(stdio.stderr)
  const stdin = spec.stdin === true ? descriptor(stdio.stdin) : 'ignore'
  if (stdout === undefined || stderr === undefined || stdin === undefined) return { kind: 'streams' }
  return { kind: 'inherit', stdio: { stdin, stdout, stderr } }
}

function descriptor(stream: Stdio['stdin'] | Stdio['stdout']): number | undefined {
  return typeof stream.fd === 'number' && stream.fd >= 0 ? stream.fd : undefined
}

async function stay(
  running: RunningExec,
  io: ExecRequest['io'],
  spec: ExecSpec,
  detachKeys: readonly number[],
  context: CommandContext
): Promise<number> {
  const { stdio, interruption } = context
  if (io.kind === 'none') {
    stdio.stdout.write(`${running.id}\n`)
    return 0
  }
  using stack = new DisposableStack()
  if (spec.tty !== true) {
    // A terminal sends ^C to the whole foreground group, the command's runtime included; once is enough.
    const signals =
      io.kind === 'inherit' && stdio.stdin.isTTY === true
        ? proxiedSignals.filter((signal) => signal !== 'SIGINT')
        : proxiedSignals
    stack.use(proxySignals(interruption, (signal) => running.kill(signal), errorReporter(stdio), signals))
    if (signals !== proxiedSignals) stack.use(interruption.takeOver(['SIGINT'], () => {}))
  }
  const { attachment } = running
  const exited = running.wait({ signal: interruption.signal })
  if (attachment === undefined) return (await exited).code
  const session = stack.use(
    openSession({ attachment, stdio, tty: spec.tty ?? false, stdin: spec.stdin ?? false, detachKeys })
  )
  const code = session.drained(exited).then(async () => (await exited).code)
  return await Promise.race([
    code,
    session.left.then((why) => (attachment.detach(), exitCodeOfOutcome({ kind: 'left', why })))
  ])
}

function failureCode(code: string, { flags }: CommandContext): number {
  if (code === 'failed-precondition') return 255
  if (flags.bool('detach')) return 125
  return code === 'command-not-found' ? 127 : code === 'command-not-executable' ? 126 : 125
}
