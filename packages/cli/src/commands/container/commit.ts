import { readFileSync, writeFileSync } from 'node:fs'
import type { CommitRequest, Containers } from '@runcible/interface'
import { type ImageRunConfig, jsonLimits, parseImageConfig, parseJson } from '@runcible/oci-spec'
import type { CommandModule } from '../../command.ts'
import { escapeControls } from '../../format/escape.ts'
import type { FlagValues } from '../../flags/values.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { changeFlag } from '../image/change-flag.ts'

export const command: CommandModule = {
  usage: '[options] CONTAINER [IMAGE]',
  description:
    'Makes an image of what the container changed, with its configuration. Volumes and other mounts are not part of it.\nPrints the id of the image.',
  flags: [
    { name: 'author', short: 'a', kind: 'string', value: 'text', help: 'Who made the image' },
    changeFlag,
    { name: 'config', kind: 'string', value: 'file', help: 'JSON with values for the image’s configuration' },
    { name: 'format', short: 'f', kind: 'string', value: 'oci|docker', help: 'Kind of manifest; oci by default' },
    { name: 'iidfile', kind: 'string', value: 'file', help: 'Write the id to a file too' },
    { name: 'include-volumes', kind: 'bool', help: 'The container’s volumes become volumes of the image' },
    { name: 'message', short: 'm', kind: 'string', value: 'text', help: 'Comment of the image, for the format docker' },
    { name: 'pause', short: 'p', kind: 'bool', help: 'Pause the container meanwhile' },
    { name: 'quiet', short: 'q', kind: 'bool', help: 'Do not tell what is being done' },
    { name: 'squash', short: 's', kind: 'bool', help: 'All layers as one' }
  ],
  examples: ['runcible commit -c \'CMD ["nginx"]\' -c ENV=MODE=prod web mine/web:1'],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 1, 2)
    const [container, name] = args as [string, string?]
    const request = { ...readRequest(flags), ...(name === undefined ? {} : { name }) }
    const { containers } = await engine()
    if (!flags.bool('quiet')) stdio.stderr.write(`Packing the changes of ${escapeControls(container)}\n`)
    const image = await containers.commit(container, request, { signal: interruption.signal })
    const file = flags.text('iidfile')
    if (file !== undefined) writeId(file, image.id)
    stdio.stdout.write(`${image.id}\n`)
  }
}

type Request = NonNullable<Parameters<Containers['commit']>[1]>

function readRequest(flags: FlagValues): Request {
  const [author, message, config] = [flags.text('author'), flags.text('message'), flags.text('config')]
  const changes = flags.list('change')
  const format = readFormat(flags.text('format'))
  if (message !== undefined && format !== 'docker')
    throw new UsageError('messages are only compatible with the docker image format: add --format docker')
  return {
    ...(author === undefined ? {} : { author }),
    ...(message === undefined ? {} : { message }),
    ...(format === undefined ? {} : { format }),
    ...(changes.length === 0 ? {} : { changes }),
    ...(config === undefined ? {} : { config: readConfig(config) }),
    ...(flags.bool('squash') ? { squash: true } : {}),
    ...(flags.bool('pause') ? { pause: true } : {}),
    ...(flags.bool('include-volumes') ? { includeVolumes: true } : {})
  }
}

function readFormat(text: string | undefined): CommitRequest['format'] {
  if (text === undefined || text === 'oci' || text === 'docker') return text
  throw new UsageError(`unrecognized image format "${text}": it is oci or docker`)
}

function readConfig(file: string): ImageRunConfig {
  try {
    const config = parseJson(readFileSync(file), jsonLimits.config)
    return parseImageConfig({ config, rootfs: { type: 'layers', diff_ids: [] } }).config ?? {}
  } catch (error) {
    throw new UsageError(`--config ${file}: ${(error as Error).message}`)
  }
}

function writeId(file: string, id: string): void {
  try {
    writeFileSync(file, id)
  } catch (error) {
    throw new UsageError(`--iidfile ${file}: ${(error as Error).message}`)
  }
}
