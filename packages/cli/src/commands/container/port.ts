import { publishedPorts } from '@runcible/api-schema'
import type { ContainerSummary, PortMapping } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import { UsageError } from '../../usage-error.ts'
import { latestContainer, selectionFlags } from '../selection.ts'

export const command: CommandModule = {
  usage: '[options] CONTAINER [PORT[/PROTOCOL]]',
  description: 'Prints the published ports; with PORT only the host addresses that lead to it.',
  flags: selectionFlags('all', 'latest'),
  async run({ flags, args, stdio, engine: open }) {
    const all = flags.bool('all')
    const latest = flags.bool('latest')
    if (all && (latest || args.length > 0)) throw new UsageError('--all takes no container and excludes --latest')
    const engine = await open()
    if (all) {
      for (const container of await engine.containers.list()) {
        for (const one of onePorts(container))
          stdio.stdout.write(`${container.id.slice(0, 12)}\t${inner(one)} -> ${outer(one)}\n`)
      }
      return
    }
    const [name, wanted, ...rest] = latest ? [await latestContainer(engine), ...args] : args
    if (name === undefined) throw new UsageError('you must provide a container name or id')
    if (rest.length > 0) throw new UsageError(`takes one container and one port, got "${rest[0]}" too`)
    const ports = onePorts(await engine.containers.inspect(name))
    if (wanted === undefined) {
      for (const one of ports) stdio.stdout.write(`${inner(one)} -> ${outer(one)}\n`)
      return
    }
    const found = ports.filter((one) => inner(one) === checkPort(wanted))
    if (found.length === 0) throw new UsageError(`failed to find published port "${wanted}"`)
    for (const one of found) stdio.stdout.write(`${outer(one)}\n`)
  }
}

function checkPort(text: string): string {
  const match = /^(\d{1,5})(?:\/(tcp|udp|sctp))?$/i.exec(text)
  if (match === null) throw new UsageError(`"${text}" is not port[/protocol]`)
  return `${Number(match[1])}/${(match[2] ?? 'tcp').toLowerCase()}`
}

/** Every port for itself. */
function onePorts(container: Pick<ContainerSummary, 'attachment' | 'config'>): readonly PortMapping[] {
  return publishedPorts(container).flatMap((mapping) =>
    Array.from({ length: mapping.range }, (_unused, step) => ({
      ...mapping,
      hostPort: mapping.hostPort === 0 ? 0 : mapping.hostPort + step,
      containerPort: mapping.containerPort + step,
      range: 1
    }))
  )
}

function inner({ containerPort, protocol }: PortMapping): string {
  return `${containerPort}/${protocol}`
}

function outer({ hostIp, hostPort }: PortMapping): string {
  const address = hostIp === undefined || hostIp === '' ? '0.0.0.0' : hostIp
  return `${address.includes(':') ? `[${address}]` : address}:${hostPort}`
}
