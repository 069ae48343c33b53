import { existsSync, readFileSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { versionOf } from '../subjects/find.ts'

/** What the numbers depend on besides the programs. */
export interface Facts {
  readonly kernel: string
  readonly distribution: string
  readonly cpus: number
  readonly cpuModel: string
  readonly memoryMegabytes: number
  readonly cgroups: 'v1' | 'hybrid' | 'v2'
  readonly node: string
  readonly runc: string
  readonly conmon: string
}

export async function factsOf(): Promise<Facts> {
  const processors = cpus()
  return {
    kernel: release(),
    distribution: distribution(),
    cpus: processors.length,
    cpuModel: processors[0]?.model ?? 'unknown',
    memoryMegabytes: Math.round(totalmem() / 1024 / 1024),
    cgroups: cgroups(),
    node: process.version,
    runc: (await versionOf('runc', '--version')) ?? 'missing',
    conmon: (await versionOf('conmon', '--version')) ?? 'missing'
  }
}

function distribution(): string {
  const text = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : ''
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(text)?.[1] ?? 'unknown'
}

function cgroups(): Facts['cgroups'] {
  if (existsSync('/sys/fs/cgroup/cgroup.controllers')) return 'v2'
  return existsSync('/sys/fs/cgroup/unified') ? 'hybrid' : 'v1'
}

/** Average number of runnable processes over the last minute. */
export const load = (): number => Math.round((loadavg()[0] ?? 0) * 100) / 100
