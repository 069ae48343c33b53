import type { ContainerSummary } from '@runcible/interface'
import { sortedRecord } from '../record.ts'
import { epochSeconds } from '../time.ts'
import { hasExited, publishedPorts, stateName } from './container-state.ts'

/** A published range of ports, as lists show it. */
export interface ListPort {
  readonly host_ip: string
  readonly container_port: number
  readonly host_port: number
  readonly range: number
  readonly protocol: string
}

export interface ContainerSize {
  readonly rootFsSize: number
  readonly rwSize: number
}

/** One entry of libpod's container list, without what the front end words itself (`Status`, `CreatedAt`). */
export interface ListContainer {
  readonly AutoRemove: boolean
  readonly Command: readonly string[]
  readonly Exited: boolean
  readonly ExitedAt: number
  readonly ExitCode: number
  readonly Id: string
  readonly Image: string
  readonly ImageID: string
  readonly IsInfra: boolean
  readonly Labels: Readonly<Record<string, string>>
  readonly Mounts: readonly string[]
  readonly Names: readonly string[]
  readonly Namespaces: Readonly<Record<string, string>>
  readonly Networks: readonly string[]
  readonly Pid: number
  readonly Pod: string
  readonly PodName: string
  readonly Ports: readonly ListPort[] | null
  readonly Restarts: number
  readonly Size: ContainerSize | null
  readonly StartedAt: number
  readonly State: string
  readonly Created: number
}

export function listContainer(container: ContainerSummary, size?: ContainerSize): ListContainer {
  const { config, exit } = container
  const exited = hasExited(container)
  const ports = publishedPorts(container).map((port) => ({
    host_ip: port.hostIp ?? '',
    container_port: port.containerPort,
    host_port: port.hostPort,
    range: port.range,
    protocol: port.protocol
  }))
  return {
    AutoRemove: config.autoRemove,
    Command: config.command.length > 0 ? config.command : config.args,
    Exited: exited,
    ExitedAt: epochSeconds(exited ? exit?.at : undefined),
    ExitCode: exited ? (exit?.code ?? 0) : 0,
    Id: container.id,
    Image: config.image.name,
    ImageID: config.image.id,
    IsInfra: false,
    Labels: sortedRecord(config.labels),
    Mounts: config.mounts.map((mount) => mount.target),
    Names: [container.name],
    Namespaces: {},
    Networks: container.networks,
    Pid: container.pid,
    Pod: '',
    PodName: '',
    Ports: ports.length === 0 ? null : ports,
    Restarts: container.restartCount,
    Size: size ?? null,
    StartedAt: epochSeconds(container.startedAt),
    State: stateName(container),
    Created: epochSeconds(container.createdAt)
  }
}
