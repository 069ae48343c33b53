import { type Benchmark, eachSubject, type Sample } from '../benchmark.ts'
import { memoryOf, processesMentioning, withDescendants } from '../measure/processes.ts'
import type { Subject } from '../subjects/subject.ts'
import { holdContainers } from './hold-containers.ts'

const containers = 10

/** Monitors and whatever else stays for the containers: all that names the subject's directory and is no daemon. */
export function monitorsOf(subject: Subject): number[] {
  const daemons = new Set(withDescendants(subject.daemons()))
  return processesMentioning(subject.directory).filter((pid) => !daemons.has(pid))
}

function memoryPerContainer(subject: Subject): Sample {
  const monitors = monitorsOf(subject).map(memoryOf)
  if (monitors.length === 0) throw new Error(`${subject.name} has no process that watches its containers`)
  const sum = (key: 'pss' | 'rss'): number => monitors.reduce((total, memory) => total + memory[key], 0) / containers
  return { pss: sum('pss'), rss: sum('rss') }
}

export const memory: Benchmark = {
  name: 'memory',
  title: `monitor processes, per running container (of ${containers})`,
  metrics: { pss: { title: 'PSS', unit: 'MB' }, rss: { title: 'RSS', unit: 'MB' } },
  rounds: { full: 3, quick: 1 },
  warmUps: 0,
  targets: [
    { metric: 'pss', against: 'podman', ratio: 1 },
    { metric: 'rss', against: 'podman', ratio: 1 }
  ],
  contestants: (setting, undo) =>
    eachSubject(setting, async (subject) => {
      await holdContainers(subject, { ...setting, count: containers, network: 'none' }, undo)
      return async () => memoryPerContainer(subject)
    })
}
