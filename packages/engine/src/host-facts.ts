import { readFileSync } from 'node:fs'
import { availableParallelism, hostname } from 'node:os'
import type { HostFacts } from '@runcible/lifecycle'
import type { Linux, Resource } from '@runcible/linux'
import { rlimitNames, type RlimitName } from '@runcible/oci-spec'

/** What runtime specs depend on, looked up once. */
export function hostFacts(linux: Linux): () => HostFacts {
  let facts: HostFacts | undefined
  return () => (facts ??= gather(linux))
}

function gather(linux: Linux): HostFacts {
  const { bounding, effective } = linux.process.capabilities()
  const hard = rlimitNames.map((name) => [name, hardLimit(linux, name)])
  return {
    cgroupMode: linux.cgroup.layout().mode,
    rlimits: { hard: Object.fromEntries(hard), mayRaise: effective.has('CAP_SYS_RESOURCE') },
    capabilities: [...bounding],
    cpuCount: availableParallelism(),
    hostname: hostname(),
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    cgroupParent: '/runcible'
  }
}

function hardLimit(linux: Linux, name: RlimitName): number {
  const { hard } = linux.process.limit(name.slice('RLIMIT_'.length).toLowerCase() as Resource)
  return hard === 'unlimited' ? Infinity : Number(hard)
}
