import type { DiskUsage } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { humanSize } from '../../format/human.ts'
import { formatList } from '../../format/list.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'
import { usageTables } from './df-tables.ts'

export const command: CommandModule = {
  usage: '[options]',
  description: 'What images, containers and volumes take on disk; layers that several images have count once.',
  flags: [
    { name: 'format', kind: 'string', value: 'template', help: 'json, a Go template, or table and a template' },
    { name: 'verbose', short: 'v', kind: 'bool', help: 'Each of them' }
  ],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 0, 0)
    const format = flags.text('format')
    if (flags.bool('verbose') && format !== undefined)
      throw new UsageError('cannot combine --format and --verbose flags')
    const usage = await (await engine()).system.diskUsage({ signal: interruption.signal })
    const terminal = stdio.stdout.isTTY === true
    stdio.stdout.write(
      flags.bool('verbose')
        ? usageTables(usage, { now: Date.now(), terminal })
        : formatList({
            format,
            table: '{{.Type}}\t{{.Total}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}',
            rows: summaryRows(usage),
            terminal
          })
    )
  }
}

function summaryRows({ images, layersSize, layersReclaimable, containers, volumes }: DiskUsage): readonly object[] {
  const isRunning = ({ container }: DiskUsage['containers'][number]) => container.status === 'running'
  const sum = (things: readonly { readonly size: number }[]) => things.reduce((total, { size }) => total + size, 0)
  return [
    row('Images', images.length, images.filter((image) => image.containers > 0).length, {
      size: layersSize,
      reclaimable: layersReclaimable
    }),
    row('Containers', containers.length, containers.filter(isRunning).length, {
      size: sum(containers),
      reclaimable: sum(containers.filter((container) => !isRunning(container)))
    }),
    row('Local Volumes', volumes.length, volumes.filter(({ links }) => links > 0).length, {
      size: sum(volumes),
      reclaimable: sum(volumes.filter(({ links }) => links === 0))
    })
  ]
}

function row(
  type: string,
  total: number,
  active: number,
  { size, reclaimable }: { readonly size: number; readonly reclaimable: number }
): object {
  const percent = size === 0 ? 0 : Math.trunc((reclaimable / size) * 100)
  return {
    Type: type,
    Total: total,
    Active: active,
    RawSize: size,
    RawReclaimable: reclaimable,
    Size: humanSize(size),
    Reclaimable: `${humanSize(reclaimable)} (${percent}%)`
  }
}
