import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { DockerHostFacts } from '@runcible/api-schema'
import type { SystemInfo } from '@runcible/interface'

/** Reads the facts of the info documents that the engine does not tell. A file that is missing says "no". */
export function hostFacts(info: SystemInfo): DockerHostFacts {
  const memory = textOf('/proc/meminfo')
  return {
    id: engineId(info),
    now: Date.now(),
    ipv4Forwarding: isOn('/proc/sys/net/ipv4/ip_forward'),
    bridgeNfIptables: isOn('/proc/sys/net/bridge/bridge-nf-call-iptables'),
    bridgeNfIp6tables: isOn('/proc/sys/net/bridge/bridge-nf-call-ip6tables'),
    swapTotal: kibibytes(memory, 'SwapTotal'),
    swapFree: kibibytes(memory, 'SwapFree'),
    openFiles: readdirSync('/proc/self/fd').length
  }
}

/** The same for the same root on the same host, and in the form of a UUID. */
function engineId({ host, store }: SystemInfo): string {
  const hex = createHash('sha256').update(`${host.hostname}\n${store.root}`).digest('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-')
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const isOn = (path: string) => textOf(path).trim() === '1'

function kibibytes(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1] ?? 0) * 1024
}
