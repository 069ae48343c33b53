import { basename } from 'node:path'
import { EngineError } from '@runcible/interface'
import type { LayeredSettings } from './layered-settings.ts'

export interface RuntimeConfig {
  /** For example `runc`. */
  readonly name: string
  /** Executables of that runtime, the first that exists counts. */
  readonly paths: readonly string[]
  /** Likewise, of conmon. */
  readonly conmonPaths: readonly string[]
  readonly cgroupManager: 'cgroupfs'
}

const binDirectories = [
  '/usr/bin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/local/sbin',
  '/sbin',
  '/bin',
  '/run/current-system/sw/bin'
]

const defaultConmonPaths = [
  '/usr/libexec/podman/conmon',
  '/usr/local/libexec/podman/conmon',
  '/usr/local/lib/podman/conmon',
  '/usr/bin/conmon',
  '/usr/sbin/conmon',
  '/usr/local/bin/conmon',
  '/usr/local/sbin/conmon',
  '/run/current-system/sw/bin/conmon'
]

interface Chosen {
  readonly runtime: string | undefined
  readonly conmon: string | undefined
}

/** Tables `engine` and `engine.runtimes` of containers.conf(5). */
export function readRuntimeConfig(settings: LayeredSettings, chosen: Chosen): RuntimeConfig {
  const runtime = chosen.runtime ?? (settings.string('engine.runtime')?.value || 'runc')
  return {
    ...(runtime.includes('/') ? byPath(runtime) : byName(settings, runtime)),
    conmonPaths: conmonPaths(settings, chosen.conmon),
    cgroupManager: 'cgroupfs'
  }
}

function byPath(path: string): Pick<RuntimeConfig, 'name' | 'paths'> {
  if (!path.startsWith('/') || basename(path) === '') throw badRuntime(path)
  return { name: basename(path), paths: [path] }
}

function byName(settings: LayeredSettings, name: string): Pick<RuntimeConfig, 'name' | 'paths'> {
  // A dot would lead to another table.
  if (!/^[A-Za-z0-9][\w-]*$/.test(name)) throw badRuntime(name)
  const configured = settings.strings(`engine.runtimes.${name}`)?.value ?? []
  return { name, paths: configured.length > 0 ? configured : binDirectories.map((directory) => `${directory}/${name}`) }
}

const badRuntime = (name: string) =>
  new EngineError(
    'invalid-argument',
    `${JSON.stringify(name.slice(0, 200))} is neither the name nor the absolute path of a runtime`,
    {
      hint: 'use for example runc, or /usr/bin/runc'
    }
  )

function conmonPaths(settings: LayeredSettings, chosen: string | undefined): readonly string[] {
  if (chosen !== undefined) {
    if (chosen.startsWith('/')) return [chosen]
    throw new EngineError(
      'invalid-argument',
      `the path of conmon, ${JSON.stringify(chosen.slice(0, 200))}, is not absolute`
    )
  }
  const configured = settings.strings('engine.conmon_path')?.value ?? []
  return [...configured, ...defaultConmonPaths.filter((path) => !configured.includes(path))]
}
