import type { Diagnosis } from '@runcible/interface'
import { knownHoles } from '@runcible/runc-driver'
import type { Probe } from './probe.ts'

/** A runtime with known ways out of the container is worth a word, whatever else works. */
export async function runtimeHoles(probe: Probe): Promise<Diagnosis> {
  const path = probe.find(['runc'])
  const version = path === undefined ? undefined : await probe.versionOf(path, '--version')
  const holes = version === undefined ? [] : knownHoles(version.replace(/^runc version /, ''))
  const ok = holes.length === 0
  return {
    check: 'runtime.known-holes',
    ok,
    required: false,
    found: version === undefined ? 'no runtime' : ok ? 'none known' : holes.map(({ id }) => id).join(' '),
    effect: ok ? '' : 'a hostile image may leave its container, unless the distribution patched this version',
    ...(ok ? {} : { fix: probe.install({ apt: '--only-upgrade runc', dnf: 'runc', apk: 'runc', pacman: 'runc' }) })
  }
}
