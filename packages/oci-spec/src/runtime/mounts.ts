import { SpecError } from '../spec-error.ts'
import { defaultInitPath, defaultShmSize } from './defaults.ts'
import type { SpecInput } from './input.ts'
import { namespaceChoice, sharesHost } from './namespaces.ts'
import type { SpecMount } from './spec.ts'

type MountInput = Pick<SpecInput, 'namespaces' | 'mounts' | 'shmSize' | 'privileged' | 'gidMappings' | 'init'>

/**
 * The mounts of a container, parents before children: the kernel's file systems, then those asked for. One that is asked
 * for takes the place of a default mount at the same path, and a bind also of the default mounts below it; of two
 * with one destination the last wins.
 *
 * @throws SpecError when a destination is not an absolute, plain path.
 */
export function buildMounts(input: MountInput): readonly SpecMount[] {
  const requested = new Map<string, SpecMount>()
  for (const mount of [...initMount(input), ...(input.mounts ?? [])]) {
    const destination = cleanDestination(mount.destination)
    requested.delete(destination)
    requested.set(destination, { ...mount, destination })
  }
  const replaced = (mount: SpecMount): boolean =>
    requested.has(mount.destination) || [...requested.values()].some((over) => isBind(over) && isBelow(mount, over))
  return [...defaultMounts(input).filter((mount) => !replaced(mount)), ...requested.values()]
    .map((mount) => ({ mount, depth: mount.destination.split('/').length }))
    .sort((a, b) => a.depth - b.depth)
    .map(({ mount }) => mount)
}

const isBind = (mount: SpecMount): boolean =>
  mount.type === 'bind' || (mount.options ?? []).some((option) => option === 'bind' || option === 'rbind')

const isBelow = (mount: SpecMount, over: SpecMount): boolean => mount.destination.startsWith(`${over.destination}/`)

function cleanDestination(destination: string): string {
  const parts = destination.split('/').filter((part) => part !== '' && part !== '.')
  if (!destination.startsWith('/') || destination.includes('\0') || parts.includes('..') || parts.length === 0) {
    throw new SpecError(
      `${JSON.stringify(destination.slice(0, 200))} is not an absolute path below / without ".."`,
      '/mounts'
    )
  }
  return `/${parts.join('/')}`
}

function initMount({ init }: MountInput): readonly SpecMount[] {
  if (init === undefined) return []
  const destination = init.destination ?? defaultInitPath
  return [{ destination, type: 'bind', source: init.source, options: ['bind', 'rprivate', 'ro', 'nosuid', 'nodev'] }]
}

/** What every container has. A user namespace may not mount what belongs to a host namespace, so that is bound instead. */
export function defaultMounts(input: MountInput): readonly SpecMount[] {
  const userns = !sharesHost(input, 'user')
  const access = input.privileged === true ? 'rw' : 'ro'
  return [
    procMount(userns && sharesHost(input, 'pid')),
    tmpfs('/dev', ['nosuid', 'noexec', 'strictatime', 'mode=755', 'size=65536k']),
    devpts(input),
    shmMount(input),
    mqueueMount(userns && sharesHost(input, 'ipc')),
    sysMount(userns && namespaceChoice(input, 'network') !== 'private', access),
    {
      destination: '/sys/fs/cgroup',
      type: 'cgroup',
      source: 'cgroup',
      options: ['nosuid', 'noexec', 'nodev', 'relatime', access]
    }
  ]
}

const bound = (path: string, options: readonly string[]): SpecMount => ({
  destination: path,
  type: 'bind',
  source: path,
  options: ['rbind', 'rprivate', ...options]
})

const tmpfs = (destination: string, options: readonly string[]): SpecMount => ({
  destination,
  type: 'tmpfs',
  source: 'tmpfs',
  options
})

const procMount = (bind: boolean): SpecMount => {
  const options = ['nosuid', 'noexec', 'nodev']
  return bind ? bound('/proc', options) : { destination: '/proc', type: 'proc', source: 'proc', options }
}

const sysMount = (bind: boolean, access: string): SpecMount => {
  const options = ['nosuid', 'noexec', 'nodev', access]
  return bind ? bound('/sys', options) : { destination: '/sys', type: 'sysfs', source: 'sysfs', options }
}

const mqueueMount = (bind: boolean): SpecMount => {
  const options = ['nosuid', 'noexec', 'nodev']
  return bind
    ? bound('/dev/mqueue', options)
    : { destination: '/dev/mqueue', type: 'mqueue', source: 'mqueue', options }
}

const ttyGroup = 5

function devpts({ gidMappings }: MountInput): SpecMount {
  const mapped =
    gidMappings === undefined ||
    gidMappings.length === 0 ||
    gidMappings.some(({ containerID, size }) => containerID <= ttyGroup && ttyGroup < containerID + size)
  const options = ['nosuid', 'noexec', 'newinstance', 'ptmxmode=0666', 'mode=0620']
  return {
    destination: '/dev/pts',
    type: 'devpts',
    source: 'devpts',
    options: mapped ? [...options, `gid=${ttyGroup}`] : options
  }
}

function shmMount(input: MountInput): SpecMount {
  if (sharesHost(input, 'ipc')) return bound('/dev/shm', ['nosuid', 'noexec', 'nodev'])
  const size = input.shmSize ?? defaultShmSize
  if (!Number.isSafeInteger(size) || size <= 0) throw new SpecError(`${size} is not a size of /dev/shm`, '/mounts')
  return tmpfs('/dev/shm', ['nosuid', 'noexec', 'nodev', 'mode=1777', `size=${size}`])
}

/** The propagation of the root that the mounts need: a shared or slave mount is none below a private root. */
export function rootfsPropagation(mounts: readonly SpecMount[]): string | undefined {
  const has = (name: string): boolean =>
    mounts.some((mount) => mount.options?.includes(name) || mount.options?.includes(`r${name}`))
  return has('shared') ? 'shared' : has('slave') ? 'rslave' : undefined
}
