import { EngineError } from '@runcible/interface'

/** Where a volume's data is. */
export type VolumeSource =
  /** In the volume's folder. */
  | { readonly kind: 'directory'; readonly uid?: number; readonly gid?: number }
  /** On a file system that is mounted while containers use it. */
  | { readonly kind: 'mount'; readonly type: string; readonly device: string; readonly options: readonly string[] }

export interface VolumeSettings {
  readonly source: VolumeSource
  /** Whether an image's content may be copied in. */
  readonly copy: boolean
}

type Options = Readonly<Record<string, string>>

const known: ReadonlySet<string> = new Set(['type', 'device', 'o', 'copy', 'nocopy'])
const quotas = ['size', 'inodes']

/** What of `o` a bind can have; the rest belongs to the file system that is bound. */
const bindOption = /^(r?bind|ro|rw|(no)?(suid|dev|exec)|noatime|nodiratime|r?(private|shared|slave|unbindable))$/

const invalid = (message: string, hint?: string) =>
  new EngineError('invalid-argument', message, hint === undefined ? {} : { hint })

/**
 * The options of `podman volume create --opt`: `type`, `device` and `o` as mount(8) takes them, `copy` and `nocopy`.
 * `o` of a plain volume may set `uid` and `gid`. `invalid-argument` or `unsupported` for everything that cannot be done.
 */
export function parseVolumeOptions(options: Options): VolumeSettings {
  for (const key of Object.keys(options)) {
    if (!known.has(key))
      throw invalid(
        `${JSON.stringify(key.slice(0, 80))} is no option of a local volume`,
        'use type, device, o, copy or nocopy'
      )
  }
  if (Object.values(options).some((value) => value.includes('\0'))) throw invalid('a volume option contains a NUL byte')
  if (own(options, 'copy') !== undefined && own(options, 'nocopy') !== undefined) {
    throw invalid('the volume options copy and nocopy contradict each other')
  }
  return { source: sourceOf(options), copy: own(options, 'nocopy') === undefined }
}

const own = (options: Options, key: string): string | undefined =>
  Object.hasOwn(options, key) ? options[key] : undefined

function sourceOf(options: Options): VolumeSource {
  const type = own(options, 'type') ?? ''
  const device = own(options, 'device') ?? ''
  const list = (own(options, 'o') ?? '').split(',').filter((option) => option !== '')
  if (list.includes('bind') || list.includes('rbind') || type === 'bind') return bindSource(device, list)
  if (type === 'tmpfs') return { kind: 'mount', type, device: device || 'tmpfs', options: list }
  if (type === '' && device === '') return directorySource(list)
  if (type === '' || device === '') throw invalid('a volume with a type needs a device, and one with a device a type')
  if (!/^[\w.-]+$/.test(type) || device.startsWith('-'))
    throw invalid(`a volume cannot be of type ${JSON.stringify(type)} on ${JSON.stringify(device)}`)
  return { kind: 'mount', type, device, options: list }
}

function bindSource(device: string, list: readonly string[]): VolumeSource {
  if (!device.startsWith('/'))
    throw invalid('a bind volume needs the absolute path of a directory', 'give it as device=/path')
  const foreign = list.find((option) => !bindOption.test(option))
  if (foreign !== undefined) throw invalid(`${JSON.stringify(foreign.slice(0, 80))} is no option of a bind volume`)
  const isNamed = list.includes('bind') || list.includes('rbind')
  return { kind: 'mount', type: 'bind', device, options: isNamed ? list : ['rbind', ...list] }
}

function directorySource(list: readonly string[]): VolumeSource {
  const owner: { uid?: number; gid?: number } = {}
  for (const option of list) {
    const [key = '', value = ''] = option.split(/=(.*)/s)
    if (quotas.includes(key)) {
      throw new EngineError(
        'unsupported',
        `the volume option ${key} needs project quotas, which this driver does not set`,
        {
          hint: 'use a tmpfs volume: type=tmpfs,o=size=64m'
        }
      )
    }
    if (key === 'noquota') continue
    if (key !== 'uid' && key !== 'gid')
      throw invalid(`the volume option o=${JSON.stringify(option.slice(0, 80))} needs a type and a device`)
    if (!/^\d{1,10}$/.test(value) || Number(value) > 0xffff_fffe)
      throw invalid(`the volume option ${key} must be a number`)
    owner[key] = Number(value)
  }
  return { kind: 'directory', ...owner }
}
