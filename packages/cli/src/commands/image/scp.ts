import type { CommandContext, CommandModule } from '../../command.ts'
import { parseScpPlace, type ScpPlace, sshCommand, type SshProcess, startSsh } from '../../copy/ssh.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { copyView } from './copy-view.ts'

export const command: CommandModule = {
  usage: '[options] [[USER@]HOST[:PORT]::]IMAGE [[USER@]HOST[:PORT]::]',
  description:
    'With a host in the first place the image comes from there, with one in the second it goes there. Hosts are reached\n' +
    'with ssh(1), its configuration and its keys; runcible must be installed there too.',
  flags: [{ name: 'quiet', short: 'q', kind: 'bool', help: 'Do not show the progress' }],
  examples: ['runcible image scp alpine:3 me@build.example.com::', 'runcible image scp me@build.example.com::alpine:3'],
  async run(context) {
    const { args, stdio } = context
    checkArguments(args, 1, 2)
    const [from, to] = [parseScpPlace(args[0]!), parseScpPlace(args[1] ?? '')]
    if (from.image === '') throw new UsageError('the first argument must name an image')
    if (to.image !== '') throw new UsageError('the second argument is a host with "::" after it, without an image')
    if (from.host === undefined && to.host === undefined)
      throw new UsageError('one of the two places must be a host: [USER@]HOST[:PORT]::')
    const lines = await transfer(context, from, to)
    for (const line of lines) stdio.stdout.write(`${line}\n`)
  }
}

/** Returns what the loading side says. */
async function transfer(context: CommandContext, from: ScpPlace, to: ScpPlace): Promise<readonly string[]> {
  const { signal } = context.interruption
  const save = from.host === undefined ? undefined : startSsh(from.host, sshCommand('save', from.image), signal)
  try {
    if (to.host === undefined) return await loadHere(context, save as SshProcess)
    const load = startSsh(to.host, sshCommand('load'), signal)
    try {
      if (save === undefined) await saveHere(context, from.image, load)
      else for await (const chunk of save.output) await load.write(chunk)
      await save?.ended()
      return await load.ended()
    } finally {
      load.kill()
    }
  } finally {
    save?.kill()
  }
}

async function saveHere(context: CommandContext, image: string, load: SshProcess): Promise<void> {
  const view = copyView(context.stdio, context.flags.bool('quiet'))
  try {
    const { images } = await context.engine()
    const options = { signal: context.interruption.signal, onProgress: view.onProgress }
    await images.save([image], {}, { write: load.write }, options)
  } finally {
    view.finish()
  }
}

async function loadHere(context: CommandContext, save: SshProcess): Promise<readonly string[]> {
  const view = copyView(context.stdio, context.flags.bool('quiet'))
  try {
    const { images } = await context.engine()
    const options = { signal: context.interruption.signal, onProgress: view.onProgress }
    const loaded = await images.load(save.output, {}, options)
    await save.ended()
    return loaded.map(({ id, name }) => `Loaded image: ${name ?? `sha256:${id}`}`)
  } catch (error) {
    // An archive that is cut has its cause at the other side.
    await save.failure()
    throw error
  } finally {
    view.finish()
  }
}
