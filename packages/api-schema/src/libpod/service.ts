import type { ContainerSummary, SystemInfo, VersionInfo } from '@runcible/interface'
import { dockerVersion, nodeVersion, runtimeComponent, unknownTime } from '../docker/system.ts'
import { sortedRecord } from '../record.ts'
import { rfc3339 } from '../time.ts'
import { apiVersions } from '../versions.ts'
import { type ContainerSize, type ListContainer, listContainer } from './container-list.ts'
import { infoReport } from './system.ts'

/** One entry of the container list as the libpod API serves it: the client words `Status` and `CreatedAt`. */
export interface ServedListContainer extends Omit<ListContainer, 'Created' | 'Labels'> {
  /** RFC 3339. */
  readonly Created: string
  readonly CreatedAt: string
  readonly Status: string
  readonly Labels: Readonly<Record<string, string>> | null
  readonly CIDFile: string
  /** Port → protocols. */
  readonly ExposedPorts: Readonly<Record<string, readonly string[]>> | null
}

export function servedListContainer(container: ContainerSummary, size?: ContainerSize): ServedListContainer {
  const listed = listContainer(container, size)
  return {
    ...listed,
    Labels: Object.keys(listed.Labels).length === 0 ? null : listed.Labels,
    Created: rfc3339(container.createdAt),
    CreatedAt: '',
    Status: '',
    CIDFile: '',
    ExposedPorts: exposedPorts(container.config.exposedPorts)
  }
}

function exposedPorts(ports: readonly string[]): Readonly<Record<string, readonly string[]>> | null {
  if (ports.length === 0) return null
  const protocols = new Map<string, string[]>()
  for (const text of ports) {
    const [port = '', protocol = 'tcp'] = text.split('/')
    protocols.set(port, [...(protocols.get(port) ?? []), protocol])
  }
  return sortedRecord(protocols)
}

/** The version document as the libpod API serves it. */
export function servedVersion(version: VersionInfo): object {
  const { current, minimum } = apiVersions.libpod
  return {
    ...dockerVersion(version),
    Components: [
      {
        // Clients take the version of the libpod API from the component of this name only.
        Name: 'Podman Engine',
        Version: version.version,
        Details: {
          APIVersion: current,
          Arch: version.arch,
          BuildTime: unknownTime,
          Experimental: 'false',
          GitCommit: '',
          GoVersion: nodeVersion(version),
          KernelVersion: version.kernel,
          MinAPIVersion: minimum,
          Os: version.os
        }
      },
      runtimeComponent(version, `OCI Runtime (${version.runtime.name})`)
    ]
  }
}

export interface ServedInfoFacts {
  /** Address of the socket, for example `unix:///run/runcible/runcible.sock`; absent when it does not listen. */
  readonly socket: string | undefined
  /** Bytes. */
  readonly swapTotal: number
  /** Bytes. */
  readonly swapFree: number
}

/** The info document as the libpod API serves it. */
export function servedInfo(info: SystemInfo, facts: ServedInfoFacts): object {
  const report = infoReport(info) as { readonly host: object; readonly plugins: object; readonly store: object }
  return {
    ...report,
    host: {
      ...report.host,
      idMappings: { gidmap: null, uidmap: null },
      remoteSocket: { path: facts.socket ?? '', exists: facts.socket !== undefined },
      serviceIsRemote: false,
      swapFree: facts.swapFree,
      swapTotal: facts.swapTotal
    },
    plugins: { ...report.plugins, authorization: null },
    registries: {},
    version: {
      APIVersion: apiVersions.libpod.current,
      Version: info.version,
      GoVersion: nodeVersion(info),
      GitCommit: '',
      BuiltTime: '',
      Built: 0,
      OsArch: `${info.os}/${info.arch}`,
      Os: info.os
    }
  }
}
