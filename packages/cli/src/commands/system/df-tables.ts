import { stateName } from '@runcible/api-schema'
import type { DiskUsage } from '@runcible/interface'
import { humanDuration, humanSize } from '../../format/human.ts'
import { formatList } from '../../format/list.ts'
import { splitName } from '../image/image-rows.ts'

interface TableOptions {
  readonly now: number
  readonly terminal: boolean
}

/** A table each of images, containers and volumes. */
export function usageTables(usage: DiskUsage, options: TableOptions): string {
  return [
    `Images space usage:\n\n${imageTable(usage, options)}`,
    `\nContainers space usage:\n\n${containerTable(usage, options)}`,
    `\nLocal Volumes space usage:\n\n${volumeTable(usage, options)}`
  ].join('')
}

function imageTable({ images }: DiskUsage, { now, terminal }: TableOptions): string {
  const rows = images.flatMap(({ image, size, sharedSize, uniqueSize, containers }) => {
    const names = image.names.length > 0 ? image.names.map(splitName) : [{ repository: '<none>', tag: '<none>' }]
    return names.map(({ repository, tag }) => ({
      Repository: repository,
      Tag: tag,
      ImageID: image.id.slice(0, 12),
      Created: humanDuration(Math.max(0, now - image.createdAt)),
      Size: humanSize(size),
      SharedSize: humanSize(sharedSize),
      UniqueSize: humanSize(uniqueSize),
      Containers: containers
    }))
  })
  return formatList({
    format: undefined,
    table:
      '{{.Repository}}\t{{.Tag}}\t{{.ImageID}}\t{{.Created}}\t{{.Size}}\t{{.SharedSize}}\t{{.UniqueSize}}\t{{.Containers}}',
    rows,
    headings: { ImageID: 'IMAGE ID' },
    terminal
  })
}

function containerTable({ containers }: DiskUsage, { now, terminal }: TableOptions): string {
  const rows = containers.map(({ container, size, volumes }) => ({
    ContainerID: container.id.slice(0, 12),
    Image: container.config.image.id.slice(0, 12),
    Command: (container.config.command.length > 0 ? container.config.command : container.config.args).join(' '),
    LocalVolumes: volumes,
    Size: humanSize(size),
    Created: humanDuration(Math.max(0, now - container.createdAt)),
    Status: stateName(container),
    Names: container.name
  }))
  return formatList({
    format: undefined,
    table:
      '{{.ContainerID}}\t{{.Image}}\t{{.Command}}\t{{.LocalVolumes}}\t{{.Size}}\t{{.Created}}\t{{.Status}}\t{{.Names}}',
    rows,
    headings: { ContainerID: 'CONTAINER ID' },
    terminal
  })
}

function volumeTable({ volumes }: DiskUsage, { terminal }: TableOptions): string {
  const rows = volumes.map(({ name, links, size }) => ({ VolumeName: name, Links: links, Size: humanSize(size) }))
  return formatList({ format: undefined, table: '{{.VolumeName}}\t{{.Links}}\t{{.Size}}', rows, terminal })
}
