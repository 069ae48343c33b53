import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The program under test, and what it wants besides the arguments of a test. */
export interface Subject {
  readonly file: string
  /** Flags before the command, for an engine of its own below `directory`. */
  readonly flags: (directory: string) => readonly string[]
  readonly env: (directory: string) => Readonly<Record<string, string>>
}

/** `podman` runs the same tests with Podman: what they expect is Podman's behaviour. By default it is ours. */
export const isPodman = process.env['RUNCIBLE_E2E_CLI'] === 'podman'

const bundled = join(import.meta.dirname, '../../../apps/runcible/dist/runcible')

const runcible: Subject = {
  file: process.env['RUNCIBLE_E2E_CLI'] ?? bundled,
  flags: (directory) => ['--root', rootOf(directory), '--runroot', runRootOf(directory)],
  env: () => ({})
}

/** Podman with a store and settings of its own. */
export const podman: Subject = {
  file: 'podman',
  flags: (directory) => [
    ...runcible.flags(directory),
    `--tmpdir=${join(directory, 'tmp')}`,
    `--network-config-dir=${join(directory, 'net')}`,
    `--volumepath=${join(directory, 'volumes')}`,
    '--runtime=runc',
    '--cgroup-manager=cgroupfs',
    '--log-level=error',
    '--events-backend=file'
  ],
  env: (directory) => ({ CONTAINERS_CONF: podmanConfiguration(directory) })
}

export const subject: Subject = isPodman ? podman : runcible

/** The network of containers that ask for none; it is always there. */
export const defaultNetwork = isPodman ? 'podman' : 'runcible'

export const rootOf = (directory: string): string => join(directory, 'root')
export const runRootOf = (directory: string): string => join(directory, 'run')

// Podman's own defaults for limits need CAP_SYS_RESOURCE.
function podmanConfiguration(directory: string): string {
  const file = join(directory, 'containers.conf')
  const text = '[containers]\ndefault_ulimits = ["nofile=1024:4096", "nproc=4096:4096"]\nlog_driver = "k8s-file"\n'
  if (!existsSync(file)) writeFileSync(file, text)
  return file
}
