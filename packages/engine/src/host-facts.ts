import { readFileSync } from 'node:fs'
import { availableParallelism, hostname } from 'node:os'
import type { HostFacts } from '@runcible/lifecycle'
import type { Linux } from '@runcible/linux'

/** What runtime specs depend on, looked up once. */
export function hostFacts(linux: Linux): () => HostFacts {
  let facts: HostFacts | undefined
  return () => (facts ??= gather(linux))
}

function gather(linux: Linux): HostFacts {
  return {
    cgroupMode: linux.cgroup.layout().mode,
    rlimits: linux.process.hardLimits(),
    capabilities: [...linux.process.capabilities().bounding],
    cpuCount: availableParallelism(),
    hostname: hostname(),
    bootId: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    cgroupParent: '/runcible'
  }
}
