import type { Compression, CopyRequest } from '@runcible/interface'
import { UsageError } from '../usage-error.ts'
import type { Flag } from './flag.ts'
import type { FlagValues } from './values.ts'

/** The flag that converts manifests. */
export const formatFlag: Flag = {
  name: 'format',
  short: 'f',
  kind: 'string',
  value: 'oci|v2s2',
  help: 'Kind of manifest at the destination; by default the one that the image has'
}

/** @throws UsageError */
export function readFormat(text: string | undefined): Pick<CopyRequest, 'format'> {
  if (text === undefined) return {}
  if (text === 'oci') return { format: 'oci' }
  if (text === 'v2s2' || text === 'docker') return { format: 'docker' }
  if (text === 'v2s1') throw new UsageError('the format v2s1 is not written any more; use v2s2 or oci')
  throw new UsageError(`unknown format "${text}"; use oci or v2s2`)
}

/** Podman's flags for the packing of layers; skopeo's have `dest-` in front and `compress` for `compression`. */
export const compressionFlags: readonly Flag[] = [
  {
    name: 'compression-format',
    kind: 'string',
    value: 'gzip|zstd',
    help: 'Pack plain layers so; with --force-compression those packed otherwise too'
  },
  {
    name: 'compression-level',
    kind: 'int',
    value: 'level',
    help: 'Level of the compression: gzip -1 to 9, zstd 1 to 22'
  },
  { name: 'force-compression', kind: 'bool', help: 'Pack all layers anew that are packed in another way' }
]

export interface CompressionWords {
  readonly format: string
  readonly level: string
  readonly force: string
}

const levels = { gzip: [-1, 9], zstd: [1, 22] } as const

/** @throws UsageError */
export function readCompression(
  flags: FlagValues,
  words: CompressionWords = { format: 'compression-format', level: 'compression-level', force: 'force-compression' }
): { readonly compression?: Compression } {
  const text = flags.text(words.format)
  const level = flags.number(words.level)
  const force = flags.bool(words.force)
  if (text === undefined && level === undefined && !force) return {}
  const format = text ?? 'gzip'
  if (format === 'zstd:chunked') throw new UsageError(`--${words.format}: zstd:chunked is not written; use zstd`)
  if (format !== 'gzip' && format !== 'zstd')
    throw new UsageError(`--${words.format}: "${format}" is neither gzip nor zstd`)
  const [least, most] = levels[format]
  if (level !== undefined && (level < least || level > most))
    throw new UsageError(`--${words.level}: ${format} has the levels ${least} to ${most}`)
  return { compression: { format, ...(level === undefined ? {} : { level }), ...(force ? { force } : {}) } }
}
