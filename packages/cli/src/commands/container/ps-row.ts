import {
  type ContainerSize,
  hasExited,
  listContainer,
  publishedPorts,
  rfc3339,
  sortedRecord,
  stateName
} from '@runcible/api-schema'
import type { ContainerSummary } from '@runcible/interface'
import { ago, humanDuration, humanSize } from '../../format/human.ts'
import { portsText } from '../../format/ports.ts'

export interface RowOptions {
  readonly truncate: boolean
  readonly now: number
  readonly size: ContainerSize | undefined
}

/** What a template of `ps` sees, by Podman's field names. Every field is worked out when it is asked for. */
export function psRow(container: ContainerSummary, { truncate, now, size }: RowOptions): object {
  const { config, exit } = container
  const short = (id: string): string => (truncate ? id.slice(0, 12) : id)
  return {
    get ID() {
      return short(container.id)
    },
    get Names() {
      return container.name
    },
    get Image() {
      return config.image.name
    },
    get ImageID() {
      return short(config.image.id)
    },
    get Command() {
      return commandText(container, truncate)
    },
    get CreatedAt() {
      return goTime(container.createdAt)
    },
    get Created() {
      return ago(container.createdAt, now)
    },
    get CreatedHuman() {
      return ago(container.createdAt, now)
    },
    get RunningFor() {
      return ago(container.createdAt, now)
    },
    get Status() {
      return statusText(container, now)
    },
    get State() {
      return stateName(container)
    },
    get Ports() {
      return portsText(publishedPorts(container))
    },
    get ExposedPorts() {
      return config.exposedPorts
    },
    get Labels() {
      return sortedRecord(config.labels)
    },
    Label: (key: unknown) => config.labels[String(key)] ?? '',
    get Mounts() {
      return mountsText(container, truncate)
    },
    get Networks() {
      return container.networks.join(',')
    },
    get Pid() {
      return container.pid
    },
    get ExitCode() {
      return hasExited(container) ? (exit?.code ?? 0) : 0
    },
    get Exited() {
      return hasExited(container)
    },
    get ExitedAt() {
      return listContainer(container).ExitedAt
    },
    get StartedAt() {
      return listContainer(container).StartedAt
    },
    get AutoRemove() {
      return config.autoRemove
    },
    get Restarts() {
      return container.restartCount
    },
    IsInfra: false,
    Pod: '',
    PodName: '',
    get Size() {
      return size === undefined
        ? ''
        : `${humanSize(size.rwSize, { digits: 3 })} (virtual ${humanSize(size.rootFsSize, { digits: 3 })})`
    }
  }
}

/** One entry of `ps --format json`. */
export function psJson(container: ContainerSummary, { now, size }: RowOptions): object {
  return {
    ...listContainer(container, size),
    CreatedAt: ago(container.createdAt, now),
    Status: statusText(container, now)
  }
}

/** `Up 3 seconds`, `Exited (0) 2 minutes ago`, `Created`. */
export function statusText(container: ContainerSummary, now: number): string {
  const { status, startedAt, exit } = container
  if (status === 'running' || status === 'stopping') return `Up ${humanDuration(now - (startedAt ?? now))}`
  if (hasExited(container)) return `Exited (${exit?.code ?? 0}) ${ago(exit?.at ?? container.createdAt, now)}`
  if (status === 'paused') return `Up ${humanDuration(now - (startedAt ?? now))} (Paused)`
  return status.charAt(0).toUpperCase() + status.slice(1)
}

const commandWidth = 20

function commandText({ config }: ContainerSummary, truncate: boolean): string {
  const text = (config.command.length > 0 ? config.command : config.args).join(' ')
  return truncate && text.length > commandWidth ? `${text.slice(0, commandWidth - 3)}...` : text
}

function mountsText({ config }: ContainerSummary, truncate: boolean): string {
  return config.mounts
    .map(({ target }) => (truncate && target.length > 15 ? `${target.slice(0, 15)}...` : target))
    .join(',')
}

/** As Go prints a time. */
function goTime(milliseconds: number): string {
  return rfc3339(milliseconds).replace('T', ' ').replace('Z', ' +0000 UTC')
}
