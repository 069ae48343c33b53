import { resolve } from 'node:path'
import type { Compression, CopyRequest, TransferRequest } from '@runcible/interface'
import { hostPlatform, normalizePlatform } from '@runcible/oci-spec'
import { UsageError } from '../usage-error.ts'
import type { Flag } from './flag.ts'
import { formatFlag, readCompression, readFormat } from './image-format.ts'
import { copyOnlyFlags, refuseInCopy } from './refused.ts'
import { daemonFlag, placeFlags, readDaemon, readPlace, readRepetitions, repetitionFlags } from './transfer.ts'
import type { FlagValues } from './values.ts'
import { readWholeCommand, wholeCommandFlags } from './whole-command.ts'

const sharedFlags: readonly Flag[] = [
  { name: 'all', short: 'a', kind: 'bool', help: 'Copy all images of an index' },
  { name: 'authfile', kind: 'string', value: 'file', help: 'File with credentials for both places' },
  formatFlag,
  { name: 'preserve-digests', kind: 'bool', help: 'Fail rather than change a digest' },
  { name: 'remove-signatures', kind: 'bool', help: 'Leave the signatures of the source out' },
  ...repetitionFlags
]

const packingFlags: readonly Flag[] = [
  { name: 'dest-compress', kind: 'bool', help: 'Pack plain layers with gzip' },
  { name: 'dest-compress-format', kind: 'string', value: 'gzip|zstd', help: 'Pack plain layers so' },
  {
    name: 'dest-compress-level',
    kind: 'int',
    value: 'level',
    help: 'Level of the compression: gzip -1 to 9, zstd 1 to 22'
  },
  { name: 'dest-force-compress-format', kind: 'bool', help: 'Pack all layers anew that are packed in another way' },
  { name: 'dest-decompress', kind: 'bool', help: 'Unpack the layers' }
]

const platformFlags: readonly Flag[] = [
  { name: 'override-os', kind: 'string', value: 'os', help: 'Operating system to choose from an index' },
  { name: 'override-arch', kind: 'string', value: 'arch', help: 'Architecture to choose from an index' },
  { name: 'override-variant', kind: 'string', value: 'variant', help: 'Variant of the architecture to choose' }
]

/** The flags that `copy` and `sync` of skopeo share. */
export const transferFlags: readonly Flag[] = [
  ...sharedFlags,
  ...platformFlags,
  ...placeFlags('src-'),
  ...placeFlags('dest-'),
  ...wholeCommandFlags
]

const blobFlags: readonly Flag[] = (['src', 'dest'] as const).map((side) => ({
  name: `${side}-shared-blob-dir`,
  kind: 'string',
  value: 'dir',
  help: `Directory with the blobs of the ${side === 'src' ? 'source' : 'destination'} (oci:)`
}))

/** The flags of skopeo's copy, but for what stands in the command. */
export const copyFlags: readonly Flag[] = [
  ...transferFlags,
  ...packingFlags,
  ...blobFlags,
  daemonFlag('src-'),
  daemonFlag('dest-'),
  ...copyOnlyFlags
]

/** @throws UsageError; EngineError for an auth file or directory that is not there. */
export function readTransfers(flags: FlagValues): CopyRequest {
  const authFile = flags.text('authfile')
  const shared = { ...(authFile === undefined ? {} : { authFile }), ...readRepetitions(flags, 'retry-times') }
  const whole = readWholeCommand(flags)
  return {
    ...readFormat(flags.text('format')),
    ...(flags.bool('all') ? { images: 'all' } : {}),
    ...(flags.bool('preserve-digests') ? { preserveDigests: true } : {}),
    ...(flags.bool('remove-signatures') ? { removeSignatures: true } : {}),
    source: { ...shared, ...whole, ...readPlace(flags, 'src-'), ...readOverride(flags) },
    destination: { ...shared, ...whole, ...readPlace(flags, 'dest-') }
  }
}

function readOverride(flags: FlagValues): Pick<TransferRequest, 'platform'> {
  const [os, architecture, variant] = ['os', 'arch', 'variant'].map((name) => flags.text(`override-${name}`))
  if (os === undefined && architecture === undefined && variant === undefined) return {}
  const host = hostPlatform()
  return {
    platform: normalizePlatform({
      os: os ?? host.os,
      architecture: architecture ?? host.architecture,
      ...(variant === undefined ? {} : { variant })
    })
  }
}

/** @throws UsageError; EngineError for an auth file or directory that is not there. */
export function readCopy(flags: FlagValues): CopyRequest {
  refuseInCopy(flags)
  const { source, destination, ...request } = readTransfers(flags)
  return {
    ...request,
    ...readPacking(flags),
    source: { ...source, ...readBlobs(flags.text('src-shared-blob-dir')), ...readDaemon(flags, 'src-') },
    destination: { ...destination, ...readBlobs(flags.text('dest-shared-blob-dir')), ...readDaemon(flags, 'dest-') }
  }
}

export const readBlobs = (directory: string | undefined): Pick<TransferRequest, 'sharedBlobDirectory'> =>
  directory === undefined ? {} : { sharedBlobDirectory: resolve(directory) }

function readPacking(flags: FlagValues): { readonly compression?: Compression } {
  const words = { format: 'dest-compress-format', level: 'dest-compress-level', force: 'dest-force-compress-format' }
  const asked = readCompression(flags, words)
  if (!flags.bool('dest-decompress')) {
    const plain = flags.bool('dest-compress') ? ({ compression: { format: 'gzip' } } as const) : {}
    return { ...plain, ...asked }
  }
  if (flags.bool('dest-compress') || asked.compression !== undefined)
    throw new UsageError('--dest-decompress excludes the flags that compress')
  return { compression: { format: 'none' } }
}
