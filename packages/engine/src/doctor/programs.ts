import type { Diagnosis } from '@runcible/interface'
import type { Probe } from './probe.ts'

interface Program {
  readonly check: string
  readonly candidates: readonly string[]
  readonly versionArgs: readonly string[]
  readonly required: boolean
  /** What is missing without it. */
  readonly effect: string
  readonly packages: Readonly<Record<'apt' | 'dnf' | 'apk' | 'pacman', string>>
}

const same = (name: string) => ({ apt: name, dnf: name, apk: name, pacman: name })

const programs: readonly Program[] = [
  {
    check: 'programs.runc',
    candidates: ['runc'],
    versionArgs: ['--version'],
    required: true,
    effect: 'no container can be run',
    packages: same('runc')
  },
  {
    check: 'programs.conmon',
    candidates: ['conmon', '/usr/libexec/podman/conmon'],
    versionArgs: ['--version'],
    required: true,
    effect: 'no container can be watched',
    packages: same('conmon')
  },
  {
    check: 'programs.flock',
    candidates: ['flock'],
    versionArgs: ['--version'],
    required: false,
    effect: 'the clean-up after an exit can come too early',
    packages: same('util-linux')
  },
  {
    check: 'programs.igzip',
    candidates: ['igzip'],
    versionArgs: ['--version'],
    required: false,
    effect: 'layers are unpacked more slowly',
    packages: { apt: 'isal', dnf: 'isa-l-tools', apk: 'isa-l', pacman: 'isa-l' }
  },
  {
    check: 'programs.init',
    candidates: ['catatonit', '/usr/libexec/podman/catatonit', 'tini', 'tini-static'],
    versionArgs: ['--version'],
    required: false,
    effect: 'no --init',
    packages: same('catatonit')
  }
]

export const programChecks = programs.map((program) => async (probe: Probe): Promise<Diagnosis> => {
  const { check, candidates, versionArgs, required } = program
  const path = probe.find(candidates)
  if (path === undefined) {
    return {
      check,
      ok: false,
      required,
      found: 'not installed',
      effect: program.effect,
      fix: probe.install(program.packages)
    }
  }
  const version = await probe.versionOf(path, ...versionArgs)
  if (version === undefined)
    return {
      check,
      ok: false,
      required,
      found: `${path} does not run`,
      effect: program.effect,
      fix: probe.install(program.packages)
    }
  return { check, ok: true, required, found: `${path} (${version})`, effect: '' }
})

/** Plugins that a network of the `cni` driver is made with. */
const plugins = ['bridge', 'host-local', 'loopback', 'portmap', 'firewall']
const pluginDirectories = ['/usr/lib/cni', '/usr/libexec/cni', '/opt/cni/bin']

export function cniPlugins(probe: Probe): Diagnosis {
  const missing = plugins.filter((name) => !pluginDirectories.some((directory) => probe.exists(`${directory}/${name}`)))
  const ok = missing.length === 0
  return {
    check: 'programs.cni-plugins',
    ok,
    required: false,
    found: ok ? plugins.join(' ') : `without ${missing.join(' ')}`,
    effect: ok ? '' : 'no networks of the cni driver; the built-in bridge needs none',
    ...(ok
      ? {}
      : {
          fix: probe.install({
            apt: 'containernetworking-plugins',
            dnf: 'containernetworking-plugins',
            apk: 'cni-plugins',
            pacman: 'cni-plugins'
          })
        })
  }
}
