import { execFileSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLinux } from '@runcible/linux'

const run = (file: string, ...args: string[]): string => execFileSync(file, args, { encoding: 'utf8' })

const ip = (...args: string[]): string => run('ip', ...args)

export const hostAddress = '198.51.100.1'
export const outsideAddress = '198.51.100.2'

export interface PrivateNetwork extends Disposable {
  /** Path of the namespace of the outside. */
  readonly outside: string
  /** Device names of this namespace. */
  devices(): string[]
  tables(): string[]
  flushRules(): void
}

/**
 * Moves the main thread, and with it this whole test file and the children it starts, to a network namespace of its
 * own: the host's devices and rules are out of reach. A second namespace plays the outside world.
 */
export const enterPrivateNetwork = (): PrivateNetwork => {
  const linux = createLinux()
  const directory = mkdtempSync(join(tmpdir(), 'runcible-network-'))
  const outside = join(directory, 'outside')
  const before = openSync('/proc/thread-self/ns/net', 'r')
  linux.namespace.unshare(['network'])
  linux.namespace.createNetwork(outside)
  ip('link', 'set', 'lo', 'up')
  ip('link', 'add', 'uplink', 'type', 'veth', 'peer', 'name', 'uplink', 'netns', outside)
  ip('address', 'add', `${hostAddress}/24`, 'dev', 'uplink')
  ip('link', 'set', 'uplink', 'up')
  const inside = ['nsenter', `--net=${outside}`, 'ip'] as const
  run(...inside, 'address', 'add', `${outsideAddress}/24`, 'dev', 'uplink')
  run(...inside, 'link', 'set', 'uplink', 'up')
  run(...inside, 'link', 'set', 'lo', 'up')
  return {
    outside,
    devices: () => (JSON.parse(ip('-json', 'link')) as { ifname: string }[]).map((link) => link.ifname),
    tables: () =>
      run('nft', 'list', 'tables')
        .split('\n')
        .filter((line) => line !== ''),
    flushRules: () => {
      run('nft', 'flush', 'ruleset')
    },
    [Symbol.dispose]() {
      linux.namespace.removeNetwork(outside)
      linux.namespace.enter(before, 'network')
      closeSync(before)
      rmSync(directory, { recursive: true })
    }
  }
}
