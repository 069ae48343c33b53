import { EngineError } from '@runcible/interface'

const propagations = new Set([
  'private',
  'rprivate',
  'shared',
  'rshared',
  'slave',
  'rslave',
  'unbindable',
  'runbindable'
])
const pairs = [
  ['ro', 'rw'],
  ['exec', 'noexec'],
  ['suid', 'nosuid'],
  ['dev', 'nodev'],
  ['bind', 'rbind'],
  ['copy', 'nocopy'],
  ['tmpcopyup', 'notmpcopyup']
] as const
/** Relabelling: it changes nothing on a host without SELinux. */
const relabels = new Set(['z', 'Z'])
const unsupported: Readonly<Record<string, string>> = {
  U: 'changing the owner of a volume (U)',
  O: 'overlay volumes (O)',
  idmap: 'id-mapped mounts (idmap)'
}

function check(target: string, options: readonly string[], known: (option: string) => boolean): void {
  for (const option of options) {
    const missing = unsupported[option.split('=')[0]!]
    if (missing !== undefined) throw new EngineError('unsupported', `${missing} for ${target} are not supported`)
    if (!known(option))
      throw new EngineError(
        'invalid-argument',
        `invalid option ${JSON.stringify(option.slice(0, 80))} for the mount at ${target}`
      )
  }
  for (const pair of pairs) {
    if (pair.every((option) => options.includes(option))) {
      throw new EngineError(
        'invalid-argument',
        `the options ${pair.join(' and ')} for the mount at ${target} contradict each other`
      )
    }
  }
  if (options.filter((option) => propagations.has(option)).length > 1) {
    throw new EngineError('invalid-argument', `the mount at ${target} can have one propagation only`)
  }
}

const flags = new Set(pairs.slice(0, 5).flat() as string[])

/** Options of a bind or volume mount, as mount(2) flags: recursive and private unless said otherwise. */
export function bindOptions(target: string, options: readonly string[]): readonly string[] {
  check(
    target,
    options,
    (option) =>
      flags.has(option) || propagations.has(option) || relabels.has(option) || option === 'copy' || option === 'nocopy'
  )
  const kept = options.filter((option) => flags.has(option) || propagations.has(option))
  const kind = kept.some((option) => option === 'bind' || option === 'rbind') ? [] : ['rbind']
  const propagation = kept.some((option) => propagations.has(option)) ? [] : ['rprivate']
  return [...kind, ...kept, ...propagation]
}

/** Options of a tmpfs, closed (`noexec,nosuid,nodev`) unless opened, with the image's files copied in unless `notmpcopyup`. */
export function tmpfsOptions(target: string, options: readonly string[]): readonly string[] {
  const known = (option: string) =>
    flags.has(option) ||
    propagations.has(option) ||
    /^(tmpcopyup|notmpcopyup|(size|mode|uid|gid|nr_inodes)=[0-9a-zA-Z%]+)$/.test(option)
  check(target, options, known)
  const closed = ['noexec', 'nosuid', 'nodev'].filter(
    (option) => !options.includes(option) && !options.includes(option.slice(2))
  )
  const copyUp = options.includes('notmpcopyup') || options.includes('tmpcopyup') ? [] : ['tmpcopyup']
  return [
    'rprivate',
    ...closed,
    ...copyUp,
    ...options.filter((option) => option !== 'notmpcopyup' && !/^(exec|suid|dev)$/.test(option))
  ]
}
