import { isAbsolute, resolve } from 'node:path'
import type { MountSpec } from '@runcible/interface'
import { splitCsv } from '../flags/values.ts'
import { UsageError } from '../usage-error.ts'
import { splitPair } from './key-value.ts'
import { parseSize } from './size.ts'

/**
 * One `-v`: `[source:]target[:options]`. A source with a slash, or `.` or `..`, is a directory of the host, another is the name of a volume,
 * and none means an anonymous volume.
 *
 * @throws UsageError
 */
export function parseVolume(text: string): MountSpec {
  const parts = text.split(':')
  if (parts.length > 3)
    throw new UsageError(`invalid value for --volume: "${text}": expected [source:]target[:options]`)
  const [source, target, options = ''] =
    parts.length === 1 ? [undefined, parts[0]!] : (parts as [string, string, string?])
  checkTarget(target, '--volume', text)
  const list = splitCsv(options)
  for (const option of list) checkOption(option, volumeOptions, '--volume', text)
  if (source === undefined) return { type: 'volume', target, options: list }
  if (source === '') throw new UsageError(`invalid value for --volume: "${text}": the source is empty`)
  return isHostPath(source)
    ? { type: 'bind', source: resolve(source), target, options: list }
    : { type: 'volume', source: checkVolumeName(source, text), target, options: list }
}

/**
 * One `--tmpfs`: `target[:options]`.
 *
 * @throws UsageError
 */
export function parseTmpfs(text: string): MountSpec {
  const colon = text.indexOf(':')
  const target = colon < 0 ? text : text.slice(0, colon)
  checkTarget(target, '--tmpfs', text)
  return { type: 'tmpfs', target, options: colon < 0 ? [] : splitCsv(text.slice(colon + 1)) }
}

/**
 * One `--mount`: `type=bind|volume|tmpfs,source=…,target=…,…`.
 *
 * @throws UsageError
 */
export function parseMount(text: string): MountSpec {
  const bad = (why: string): UsageError => new UsageError(`invalid value for --mount: "${text}": ${why}`)
  const fields: MountFields = { type: 'volume', source: undefined, target: undefined, options: [] }
  for (const word of splitCsv(text)) readMountField(word, fields, bad)
  const { type, source, target, options } = fields
  if (target === undefined) throw bad('target is missing')
  checkTarget(target, '--mount', text)
  if (type === 'bind') {
    if (source === undefined || source === '') throw bad('a bind needs a source')
    return { type, source: resolve(source), target, options }
  }
  if (type === 'tmpfs') {
    if (source !== undefined) throw bad('a tmpfs has no source')
    return { type, target, options }
  }
  return {
    type: 'volume',
    ...(source === undefined || source === '' ? {} : { source: checkVolumeName(source, text) }),
    target,
    options
  }
}

interface MountFields {
  type: MountSpec['type']
  source: string | undefined
  target: string | undefined
  readonly options: string[]
}

const booleanOptions: ReadonlyMap<string, readonly [yes: string, no: string]> = new Map([
  ['ro', ['ro', 'rw']],
  ['readonly', ['ro', 'rw']],
  ['rw', ['rw', 'ro']],
  ['exec', ['exec', 'noexec']],
  ['suid', ['suid', 'nosuid']],
  ['dev', ['dev', 'nodev']]
])

function readMountField(word: string, fields: MountFields, bad: (why: string) => UsageError): void {
  const [name, value] = splitPair(word)
  switch (name) {
    case 'type':
      if (value !== 'bind' && value !== 'volume' && value !== 'tmpfs')
        throw bad(`type "${value ?? ''}" is not bind, volume or tmpfs`)
      fields.type = value
      return
    case 'source':
    case 'src':
      fields.source = value ?? ''
      return
    case 'target':
    case 'dst':
    case 'destination':
      fields.target = value ?? ''
      return
    case 'tmpfs-size':
      fields.options.push(`size=${parseSize(value ?? '', '--mount tmpfs-size')}`)
      return
    case 'tmpfs-mode':
      if (!/^[0-7]{1,4}$/.test(value ?? '')) throw bad(`tmpfs-mode "${value ?? ''}" is not an octal mode`)
      fields.options.push(`mode=${value}`)
      return
    case 'bind-propagation':
      checkOption(value ?? '', propagations, '--mount bind-propagation', value ?? '')
      fields.options.push(value!)
      return
    case 'bind-nonrecursive':
      if (value !== undefined && value !== 'true') throw bad('bind-nonrecursive is either given or not')
      fields.options.push('bind')
      return
    default:
      fields.options.push(booleanOption(name, value, bad))
  }
}

function booleanOption(name: string, value: string | undefined, bad: (why: string) => UsageError): string {
  const spellings = booleanOptions.get(name)
  if (spellings === undefined) throw bad(`unknown key "${name}"`)
  if (value === undefined || value === 'true') return spellings[0]
  if (value === 'false') return spellings[1]
  throw bad(`${name} is true or false, not "${value}"`)
}

const propagations = ['private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave', 'unbindable', 'runbindable']
const volumeOptions = [
  'ro',
  'rw',
  'exec',
  'noexec',
  'suid',
  'nosuid',
  'dev',
  'nodev',
  'bind',
  'rbind',
  'copy',
  'nocopy',
  ...propagations
]

function checkOption(option: string, known: readonly string[], flag: string, text: string): void {
  if (known.includes(option)) return
  throw new UsageError(
    `invalid value for ${flag}: "${text}": unknown option "${option}"; known are ${known.join(', ')}`
  )
}

function checkTarget(target: string, flag: string, text: string): void {
  if (!isAbsolute(target))
    throw new UsageError(`invalid value for ${flag}: "${text}": container path "${target}" must be absolute`)
}

function isHostPath(source: string): boolean {
  return source.includes('/') || source === '.' || source === '..'
}

function checkVolumeName(name: string, text: string): string {
  if (/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/.test(name)) return name
  throw new UsageError(
    `invalid volume name "${name}" in "${text}": names match [a-zA-Z0-9][a-zA-Z0-9_.-]*; write a directory with a slash`
  )
}
