import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerConfig, ContainerRecord, Mount, NetworkAttachment } from '@runcible/interface'
import type { EngineSettings } from '../settings.ts'
import { renderHosts } from './hosts-file.ts'
import { hostResolvConf, renderResolvConf } from './resolv-conf.ts'
import { runDirectory } from './run-directory.ts'
import { readTimezone } from './timezone.ts'

/** The engine's own files of one run, mounted over the image's. */
export interface RunFiles {
  readonly mounts: readonly Mount[]
  /** Writes hosts and resolv.conf anew, in place: the container sees it at once. */
  update(attachment: NetworkAttachment | undefined): void
}

const managed = {
  hosts: '/etc/hosts',
  'resolv.conf': '/etc/resolv.conf',
  hostname: '/etc/hostname',
  localtime: '/etc/localtime'
} as const

/** Makes the files of a run. Those for which the user mounts something of their own are left out. */
export function writeRunFiles(
  record: Pick<ContainerRecord, 'id' | 'name' | 'config'>,
  settings: EngineSettings
): RunFiles {
  const { config } = record
  const directory = runDirectory(settings, record.id)
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const names = Object.keys(managed) as (keyof typeof managed)[]
  const wanted = names.filter((name) => !isMounted(config, managed[name]) && isAsked(config, name))
  const update = (attachment: NetworkAttachment | undefined) => {
    for (const name of wanted)
      writeFileSync(join(directory, name), contentOf(name, record, attachment), { mode: 0o644 })
  }
  update(undefined)
  const options = ['bind', 'rprivate', ...(config.security.readOnlyRootfs ? ['ro'] : [])]
  return {
    mounts: wanted.map((name) => ({ type: 'bind', source: join(directory, name), target: managed[name], options })),
    update
  }
}

const isMounted = (config: ContainerConfig, target: string) => config.mounts.some((mount) => mount.target === target)

function isAsked(config: ContainerConfig, name: keyof typeof managed): boolean {
  if (name === 'localtime') return config.timezone !== undefined
  return name !== 'hosts' || !config.noHosts
}

function contentOf(
  name: keyof typeof managed,
  record: Pick<ContainerRecord, 'name' | 'config'>,
  attachment: NetworkAttachment | undefined
): string | Buffer {
  const { config } = record
  switch (name) {
    case 'hostname':
      return `${config.hostname}\n`
    case 'localtime':
      return readTimezone(config.timezone ?? 'local')
    case 'hosts':
      return renderHosts({
        hostHosts: config.network.mode === 'host' ? readHostFile('/etc/hosts') : undefined,
        extraHosts: config.extraHosts,
        endpoints: attachment?.endpoints ?? [],
        names: [config.hostname, record.name]
      })
    case 'resolv.conf':
      return renderResolvConf({
        host: config.network.mode === 'host' ? readHostFile('/etc/resolv.conf') : hostResolvConf(readHostFile),
        ownNamespace: config.network.mode !== 'host',
        nameservers: config.dns.length > 0 ? config.dns : (attachment?.nameservers ?? []),
        search: config.dnsSearch.length > 0 ? config.dnsSearch : (attachment?.searchDomains ?? []),
        options: config.dnsOptions
      })
  }
}

function readHostFile(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // A host without the file is a host with nothing in it.
    return ''
  }
}
