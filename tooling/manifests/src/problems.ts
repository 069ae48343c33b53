import { mayUse } from './layers.ts'
import type { PackageEntry } from './packages.ts'

const nameOf = (entry: PackageEntry) => entry.folder.split('/')[1]!

/** Everything in the table that breaks the layer rules, one sentence each. */
export function problems(entries: readonly PackageEntry[]): string[] {
  const byName = new Map(entries.map((entry) => [nameOf(entry), entry]))
  return [...entries.flatMap((entry) => edgeProblems(entry, byName)), ...cycles(byName)]
}

function edgeProblems(entry: PackageEntry, byName: ReadonlyMap<string, PackageEntry>): string[] {
  const found: string[] = []
  for (const name of [...(entry.uses ?? []), ...(entry.testUses ?? [])]) {
    if (!byName.has(name)) found.push(`${entry.folder} names @runcible/${name}, which is not in the table`)
  }
  for (const name of entry.uses ?? []) {
    const target = byName.get(name)
    if (target && !mayUse[entry.layer].includes(target.layer)) {
      found.push(`${entry.folder} (${entry.layer}) may not use ${target.folder} (${target.layer})`)
    }
  }
  for (const name of entry.testUses ?? []) {
    const target = byName.get(name)
    const allowed = [...mayUse[entry.layer], 'tooling']
    if (target && !allowed.includes(target.layer)) {
      found.push(`tests of ${entry.folder} (${entry.layer}) may not use ${target.folder} (${target.layer})`)
    }
  }
  return found
}

/** Cycles of run-time and test dependencies together: a build order must exist. */
function cycles(byName: ReadonlyMap<string, PackageEntry>): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const visit = (name: string, trail: readonly string[]) => {
    if (trail.includes(name)) {
      found.push(`dependency cycle: ${[...trail.slice(trail.indexOf(name)), name].join(' → ')}`)
      return
    }
    if (done.has(name)) return
    const entry = byName.get(name)
    for (const next of [...(entry?.uses ?? []), ...(entry?.testUses ?? [])]) visit(next, [...trail, name])
    done.add(name)
  }
  for (const name of byName.keys()) visit(name, [])
  return found
}
