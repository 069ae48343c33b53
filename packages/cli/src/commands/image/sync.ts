import { writeFileSync } from 'node:fs'
import type { CopyRequest } from '@runcible/interface'
import type { CommandContext, CommandModule } from '../../command.ts'
import { exitCodes } from '../../exit-code.ts'
import { readTransfers, transferFlags } from '../../flags/copy.ts'
import { policyFlags, readSignaturePlaces, readSignaturePolicy, readSigning, signFlags } from '../../flags/sign.ts'
import type { FlagValues } from '../../flags/values.ts'
import { withinTime } from '../../flags/whole-command.ts'
import { type SyncDestination, type SyncSource, syncGroups, syncTarget } from '../../sync/sync-plan.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { errorReporter } from '../report.ts'
import { copyView } from './copy-view.ts'

export const command: CommandModule = {
  usage: '--src docker|dir|yaml --dest docker|dir [options] SOURCE DESTINATION',
  description:
    'SOURCE is a repository (all tags) or one image of it, a directory with images below it, or a YAML file that lists\n' +
    'registries. Each image goes below DESTINATION under the last part of its name, or with --scoped under the whole.',
  flags: [
    { name: 'src', short: 's', kind: 'string', value: 'docker|dir|yaml', help: 'What SOURCE is' },
    { name: 'dest', short: 'd', kind: 'string', value: 'docker|dir', help: 'What DESTINATION is' },
    { name: 'append-suffix', kind: 'string', value: 'text', help: 'Text to add to every tag at the destination' },
    {
      name: 'digestfile',
      kind: 'string',
      value: 'file',
      help: 'Write the digest and the place of each image to a file'
    },
    { name: 'dry-run', kind: 'bool', help: 'Tell what would be copied, and copy nothing' },
    { name: 'keep-going', kind: 'bool', help: 'Go on with the others when an image cannot be copied' },
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Do not show the progress' },
    { name: 'scoped', kind: 'bool', help: 'Keep the whole names of the source' },
    ...transferFlags,
    ...signFlags,
    ...policyFlags
  ],
  examples: [
    'runcible image sync --src docker --dest dir --scoped quay.io/team/app /media/mirror',
    'runcible image sync --src yaml --dest docker sync.yaml registry.example.com/mirror'
  ],
  async run(context) {
    const { args, flags, stdio } = context
    checkArguments(args, 2, 2)
    const copy = readTransfers(flags)
    const places = readSignaturePlaces(flags)
    const request = { ...copy, destination: { ...copy.destination, ...places }, ...(await readSigning(flags, stdio)) }
    const access = { ...copy.source, ...readSignaturePolicy(flags), ...places }
    const source: SyncSource = { ...sourceKind(flags), place: args[0]!, access }
    const destination: SyncDestination = {
      ...destinationKind(flags),
      place: args[1]!,
      scoped: flags.bool('scoped'),
      suffix: flags.text('append-suffix') ?? ''
    }
    if (source.kind === 'dir' && destination.kind === 'dir')
      throw new UsageError('--src dir and --dest dir exclude each other: a directory is copied with cp or rsync')
    return await sync(context, { source, destination, request })
  }
}

function sourceKind(flags: FlagValues): Pick<SyncSource, 'kind'> {
  const kind = flags.text('src')
  if (kind === undefined) throw new UsageError('A source transport must be specified')
  if (kind === 'docker' || kind === 'dir' || kind === 'yaml') return { kind }
  throw new UsageError(`"${kind}" is not a valid source transport`)
}

function destinationKind(flags: FlagValues): Pick<SyncDestination, 'kind'> {
  const kind = flags.text('dest')
  if (kind === undefined) throw new UsageError('A destination transport must be specified')
  if (kind === 'docker' || kind === 'dir') return { kind }
  throw new UsageError(`"${kind}" is not a valid destination transport`)
}

interface SyncOrder {
  readonly source: SyncSource
  readonly destination: SyncDestination
  readonly request: CopyRequest
}

async function sync(context: CommandContext, { source, destination, request }: SyncOrder): Promise<number> {
  const { flags, stdio, interruption } = context
  const signal = withinTime(flags, interruption.signal)
  const { images, registries } = await context.engine()
  const report = errorReporter(stdio)
  const digests: string[] = []
  const isDry = flags.bool('dry-run')
  let [done, failed] = [0, 0]
  for (const { images: found, access } of await syncGroups(source, registries, { signal })) {
    for (const [at, image] of found.entries()) {
      const target = syncTarget(destination, image)
      stdio.stderr.write(
        `${isDry ? 'Would copy' : 'Copying'} image ${at + 1}/${found.length} from ${image.source} to ${target}\n`
      )
      if (isDry) continue
      const view = copyView(stdio, flags.bool('quiet'))
      try {
        const options = { signal, onProgress: view.onProgress }
        const { digest } = await images.copy(image.source, target, { ...request, source: access }, options)
        digests.push(`${digest} ${target.replace(/^docker:\/\//, '')}\n`)
        done++
      } catch (error) {
        if (!flags.bool('keep-going') || signal.aborted) throw error
        report(error)
        failed++
      } finally {
        view.finish()
      }
    }
  }
  const digestFile = flags.text('digestfile')
  if (digestFile !== undefined && !isDry) writeFileSync(digestFile, digests.join(''))
  if (!isDry) stdio.stderr.write(`Synced ${done} images${failed === 0 ? '' : `, ${failed} could not be copied`}\n`)
  return failed === 0 ? 0 : exitCodes.failure
}
