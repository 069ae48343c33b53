import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerDefaults, LogDriverName } from '@runcible/interface'
import {
  defaultPidsLimit,
  defaultRlimits,
  defaultShmSize,
  defaultUmask,
  parseCapability,
  SpecError,
  type SpecRlimit
} from '@runcible/oci-spec'
import type { Surroundings } from './config-files.ts'
import type { LayeredSettings, Setting } from './layered-settings.ts'
import { defaultNetworkName } from './network-conf.ts'
import { parseSize, parseUlimit, parseUmask } from './values.ts'

const defaultEnv = ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin']
const defaultStopTimeout = 10
const defaultLogMaxSize = 20 * 1024 * 1024
/** conmon reads so much at once: a smaller log could not hold one read. */
const smallestLog = 8192
const defaultInitPaths = [
  '/usr/libexec/podman/catatonit',
  '/usr/bin/catatonit',
  '/usr/bin/docker-init',
  '/usr/libexec/docker/docker-init',
  '/usr/bin/tini-static'
]
const logDrivers: ReadonlySet<string> = new Set<LogDriverName>([
  'k8s-file',
  'json-file',
  'journald',
  'none',
  'passthrough'
])

export function readContainersConfig(settings: LayeredSettings, surroundings: Surroundings): ContainerDefaults {
  settings.check(['containers', 'engine'])
  const strings = (key: string) => settings.strings(`containers.${key}`)?.value ?? []
  const capabilities = capabilitiesOf(settings.strings('containers.default_capabilities'))
  const seccompProfile = seccompOf(settings.string('containers.seccomp_profile'), surroundings)
  const initPath = settings.string('containers.init_path') ?? settings.string('engine.init_path')
  return {
    env: settings.strings('containers.env')?.value ?? defaultEnv,
    ulimits: ulimitsOf(settings.strings('containers.default_ulimits')),
    ...(capabilities === undefined ? {} : { capabilities }),
    sysctls: sysctlsOf(settings.strings('containers.default_sysctls')),
    pidsLimit: pidsLimitOf(settings.integer('containers.pids_limit')),
    shmSize: shmSizeOf(settings.string('containers.shm_size')),
    umask: umaskOf(settings.string('containers.umask')),
    stopTimeout: stopTimeoutOf(settings.integer('engine.stop_timeout')),
    logDriver: logDriverOf(settings.string('containers.log_driver')),
    logMaxSize: logMaxSizeOf(settings.integer('containers.log_size_max')),
    network: defaultNetworkName,
    dns: strings('dns_servers'),
    dnsSearch: strings('dns_searches'),
    dnsOptions: strings('dns_options'),
    initPaths: isSet(initPath) ? [initPath.value, ...defaultInitPaths] : defaultInitPaths,
    ...(seccompProfile === undefined ? {} : { seccompProfile })
  }
}

/** An empty string stands for the default. */
const isSet = (setting: Setting<string> | undefined): setting is Setting<string> =>
  setting !== undefined && setting.value !== ''

function capabilitiesOf(setting: Setting<readonly string[]> | undefined): readonly string[] | undefined {
  if (setting === undefined || setting.value.length === 0) return undefined
  try {
    return setting.value.map(parseCapability)
  } catch (error) {
    throw error instanceof SpecError ? setting.wrong(`is wrong: ${error.message}`) : error
  }
}

function ulimitsOf(setting: Setting<readonly string[]> | undefined): readonly SpecRlimit[] {
  return (
    setting?.value.map((text) => {
      const ulimit = parseUlimit(text)
      if (ulimit === undefined) throw setting.wrong(`has ${JSON.stringify(text)}, which is not like "nofile=1024:2048"`)
      return ulimit
    }) ?? defaultRlimits
  )
}

function sysctlsOf(setting: Setting<readonly string[]> | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries(
    setting?.value.map((text) => {
      const separator = text.indexOf('=')
      if (separator < 1) throw setting.wrong(`has ${JSON.stringify(text)}, which is not like "name=value"`)
      return [text.slice(0, separator).trim(), text.slice(separator + 1).trim()]
    }) ?? []
  )
}

function pidsLimitOf(setting: Setting<number> | undefined): number {
  if (setting === undefined) return defaultPidsLimit
  if (setting.value < -1) throw setting.wrong('must not be negative')
  return setting.value === 0 ? -1 : setting.value
}

function shmSizeOf(setting: Setting<string> | undefined): number {
  if (!isSet(setting)) return defaultShmSize
  const bytes = parseSize(setting.value)
  if (bytes === undefined || bytes === 0) throw setting.wrong('must be a size like "64m"')
  return bytes
}

function umaskOf(setting: Setting<string> | undefined): number {
  if (!isSet(setting)) return defaultUmask
  const umask = parseUmask(setting.value)
  if (umask === undefined) throw setting.wrong('must be an octal number like "0022"')
  return umask
}

function stopTimeoutOf(setting: Setting<number> | undefined): number {
  if (setting === undefined) return defaultStopTimeout
  if (setting.value < 0) throw setting.wrong('must not be negative')
  return setting.value
}

const isLogDriver = (name: string): name is LogDriverName => logDrivers.has(name)

function logDriverOf(setting: Setting<string> | undefined): LogDriverName {
  if (!isSet(setting)) return 'k8s-file'
  if (!isLogDriver(setting.value)) throw setting.wrong(`must be one of ${[...logDrivers].join(', ')}`)
  return setting.value
}

function logMaxSizeOf(setting: Setting<number> | undefined): number {
  if (setting === undefined) return defaultLogMaxSize
  if (setting.value < 0) return -1
  if (setting.value < smallestLog) throw setting.wrong(`must be at least ${smallestLog}, or -1 for no limit`)
  return setting.value
}

/**
 * The profile that is named, or the administrator's seccomp.json. The distribution's copy of the common profile is not
 * read: it says what the built-in one does.
 */
function seccompOf(setting: Setting<string> | undefined, { systemDirectories }: Surroundings): string | undefined {
  if (isSet(setting)) {
    if (!setting.value.startsWith('/')) throw setting.wrong('must be an absolute path')
    return setting.value
  }
  const directory = systemDirectories.at(-1)
  const path = directory === undefined ? undefined : join(directory, 'seccomp.json')
  return path !== undefined && statSync(path, { throwIfNoEntry: false })?.isFile() ? path : undefined
}
