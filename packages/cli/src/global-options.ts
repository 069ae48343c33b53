import { type Flag, grouped } from './flags/flag.ts'
import type { FlagValues } from './flags/values.ts'
import { UsageError } from './usage-error.ts'

export const logLevels = ['trace', 'debug', 'info', 'warn', 'warning', 'error', 'fatal', 'panic'] as const
export type LogLevel = (typeof logLevels)[number]

/** Flags before the command, which decide what engine is opened. Absent: the configuration decides. */
export interface GlobalOptions {
  readonly root?: string
  readonly runroot?: string
  readonly logLevel?: LogLevel
  /** Name or path of the OCI runtime. */
  readonly runtime?: string
  readonly cgroupManager?: 'cgroupfs'
  readonly storageDriver?: string
}

export const globalFlags: readonly Flag[] = grouped('Global options', [
  { name: 'root', kind: 'string', value: 'dir', help: 'Directory of images, containers, volumes and networks' },
  { name: 'runroot', kind: 'string', value: 'dir', help: 'Directory of what lives until the next boot' },
  { name: 'log-level', kind: 'string', value: 'level', help: `What to log: ${logLevels.join(', ')}` },
  { name: 'runtime', kind: 'string', value: 'runtime', help: 'Name or path of the OCI runtime' },
  { name: 'storage-driver', kind: 'string', value: 'driver', help: 'Snapshotter: overlay, fuse-overlayfs, vfs' },
  { name: 'cgroup-manager', kind: 'string', value: 'manager', help: 'Who makes control groups: cgroupfs' },
  { name: 'version', short: 'v', kind: 'bool', help: 'Print the version' }
])

/** @throws UsageError */
export function readGlobals(flags: FlagValues): GlobalOptions {
  const text = (name: string): string | undefined => flags.text(name)
  const logLevel = text('log-level')?.toLowerCase()
  if (logLevel !== undefined && !isLogLevel(logLevel)) {
    throw new UsageError(`log level "${logLevel}" is not supported, choose from: ${logLevels.join(', ')}`)
  }
  return Object.freeze({
    ...given('root', text('root')),
    ...given('runroot', text('runroot')),
    ...given('logLevel', logLevel),
    ...given('runtime', text('runtime')),
    ...given('storageDriver', text('storage-driver')),
    ...given('cgroupManager', readCgroupManager(text('cgroup-manager')))
  })
}

function readCgroupManager(text: string | undefined): 'cgroupfs' | undefined {
  if (text === undefined || text === 'cgroupfs') return text
  const reason = text === 'systemd' ? 'control groups are made directly, not through systemd' : `there is no "${text}"`
  throw new UsageError(`unsupported --cgroup-manager: ${reason}; use cgroupfs`)
}

function isLogLevel(text: string): text is LogLevel {
  return (logLevels as readonly string[]).includes(text)
}

function given<Key extends string, Value>(key: Key, value: Value | undefined): { readonly [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [K in Key]?: Value }
}
