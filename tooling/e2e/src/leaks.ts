import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Every directory of the tests begins with this. */
export const directoryPrefix = join(tmpdir(), 'rce2e-')

/** What containers may leave on a host, each thing as one line. */
export type Leftovers = readonly string[]

/** Everything of that kind that is there now, of whatever origin. */
export function hostState(): Leftovers {
  return [
    ...processes(directoryPrefix),
    ...mounts(directoryPrefix),
    ...namespaces(),
    ...links(),
    ...tables(),
    ...groups(),
    ...directories()
  ]
}

/** What one engine below `directory` has running or mounted. */
export const engineState = (directory: string): Leftovers => [...processes(directory), ...mounts(directory)]

export const added = (before: Leftovers, after: Leftovers): Leftovers => {
  const known = new Set(before)
  return after.filter((line) => !known.has(line))
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '')

function list(directory: string): string[] {
  try {
    return readdirSync(directory)
  } catch {
    return []
  }
}

function text(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    // A process that has ended.
    return ''
  }
}

/** Processes that name a path in their arguments, or whose root file system comes from there. */
function processes(path: string): string[] {
  const found = list('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid))
  return found.flatMap((pid) => {
    const command = text(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim()
    const rootMount = lines(text(`/proc/${pid}/mountinfo`)).find((line) => line.split(' ')[4] === '/')
    return command.includes(path) || rootMount?.includes(path) ? [`process ${pid}: ${command}`] : []
  })
}

const mounts = (path: string): string[] =>
  lines(text('/proc/self/mountinfo'))
    .map((line) => line.split(' ')[4] ?? '')
    .filter((point) => point.startsWith(path))
    .map((point) => `mount ${point}`)

const namespaces = (): string[] => list('/run/netns').map((name) => `network namespace ${name}`)

const links = (): string[] => list('/sys/class/net').map((name) => `interface ${name}`)

const tables = (): string[] =>
  lines(execFileSync('nft', ['list', 'tables'], { encoding: 'utf8' })).map((line) => `nftables ${line}`)

/** Control groups of containers, on cgroup v1, hybrid and v2. */
function groups(): string[] {
  const top = '/sys/fs/cgroup'
  const parents = ['', ...list(top)].map((controller) => join(top, controller, 'runcible'))
  return parents.flatMap((parent) => {
    const names = list(parent).filter((name) => /^[0-9a-f]{64}/.test(name))
    return names.map((name) => `control group ${join(parent, name)}`)
  })
}

const directories = (): string[] =>
  list(tmpdir())
    .map((name) => join(tmpdir(), name))
    .filter((path) => path.startsWith(directoryPrefix))
    .map((path) => `directory ${path}`)
