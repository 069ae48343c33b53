import { EngineError, type RemoteImage } from '@runcible/interface'
import type { CommandContext } from '../../command.ts'
import { readBlobs } from '../../flags/copy.ts'
import { type Flag, grouped } from '../../flags/flag.ts'
import {
  daemonFlag,
  placeFlags,
  platformFlags,
  readDaemon,
  readPlace,
  readPlatform,
  readRepetitions,
  repetitionFlags
} from '../../flags/transfer.ts'
import { readWholeCommand, wholeCommandFlags, withinTime } from '../../flags/whole-command.ts'
import { escapeControls, escapeDocument } from '../../format/escape.ts'
import { goJsonIndented } from '../../format/json.ts'
import { isJsonFormat } from '../../format/list.ts'
import { compileTemplate } from '../../format/template/template.ts'
import { UsageError } from '../../usage-error.ts'
import { remoteConfig, remoteSummary } from './remote-document.ts'

/** Flags of `image inspect` that are about an image at another place than the store. */
export const locationFlags: readonly Flag[] = grouped('For an image that is not here', [
  { name: 'raw', kind: 'bool', help: 'Print the manifest (with --config the config) as it is' },
  { name: 'config', kind: 'bool', help: 'Print the config' },
  { name: 'no-tags', short: 'n', kind: 'bool', help: 'Do not list the tags of the repository' },
  ...platformFlags.map((flag) => (flag.name === 'platform' ? flag : { ...flag, aliases: [`override-${flag.name}`] })),
  ...placeFlags(),
  ...repetitionFlags,
  { name: 'shared-blob-dir', kind: 'string', value: 'dir', help: 'Directory with the blobs of the image (oci:)' },
  daemonFlag(),
  ...wholeCommandFlags
])

/** Whether a name says where the image is: `docker://…`, `oci:…` and so on. */
export const isLocation = (name: string): boolean =>
  /^(?:docker:\/\/|(?:oci|oci-archive|docker-archive|docker-daemon|dir):)/.test(name)

/** @throws UsageError for flags that only an image at another place has. */
export function refuseLocationFlags({ flags }: Pick<CommandContext, 'flags'>): void {
  const given = locationFlags.find(({ name }) => flags.has(name))
  if (given !== undefined)
    throw new UsageError(`--${given.name} is for an image that is not here: write docker://NAME, oci:PATH or the like`)
}

/** Prints what skopeo prints of an image at a registry, in a layout, an archive or a directory. */
export async function inspectLocation(context: CommandContext, location: string): Promise<void> {
  const { flags, stdio } = context
  const [raw, config, format] = [flags.bool('raw'), flags.bool('config'), flags.text('format')]
  if (raw && format !== undefined) throw new UsageError('raw output does not support format option')
  const image = await ask(context, location, raw && !config)
  if (raw) {
    const document = config ? required(image.config) : image.raw
    // Byte for byte, but for who looks at a screen.
    stdio.stdout.write(stdio.stdout.isTTY === true ? escapeDocument(document) : document)
    return
  }
  const { json, fields } = config ? remoteConfig(image) : sameTwice(remoteSummary(image))
  if (format === undefined || isJsonFormat(format)) {
    stdio.stdout.write(`${goJsonIndented(json, 4)}\n`)
    return
  }
  const template = compileTemplate(format.replaceAll('\\t', '\t').replaceAll('\\n', '\n'))
  stdio.stdout.write(`${template.render(fields, stdio.stdout.isTTY === true ? escapeControls : undefined)}\n`)
}

async function ask(context: CommandContext, location: string, onlyRaw: boolean): Promise<RemoteImage> {
  const { flags, interruption, engine } = context
  const request = {
    ...readPlace(flags),
    ...readPlatform(flags),
    ...readRepetitions(flags, 'retry-times'),
    ...readBlobs(flags.text('shared-blob-dir')),
    ...readDaemon(flags),
    ...readWholeCommand(flags),
    parts: onlyRaw ? ('raw' as const) : ('all' as const),
    tags: !flags.bool('raw') && !flags.bool('config') && !flags.bool('no-tags')
  }
  const { registries } = await engine()
  return await registries.inspect(location, request, { signal: withinTime(flags, interruption.signal) })
}

const sameTwice = <Value>(value: Value): { readonly json: Value; readonly fields: Value } => ({
  json: value,
  fields: value
})

function required(bytes: Uint8Array | undefined): Uint8Array {
  if (bytes === undefined) throw new EngineError('internal', 'the config was not asked for')
  return bytes
}
