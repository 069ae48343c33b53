import type { NetworkSpec } from '@runcible/interface'
import type { CommandModule } from '../../command.ts'
import type { FlagValues } from '../../flags/values.ts'
import { parsePairs } from '../../parse/key-value.ts'
import { UsageError } from '../../usage-error.ts'
import { checkArguments } from '../arguments.ts'

export const command: CommandModule = {
  usage: '[options] NAME',
  description: 'Prints the name.',
  flags: [
    { name: 'driver', short: 'd', kind: 'string', value: 'driver', help: 'Network driver (default bridge)' },
    { name: 'subnet', kind: 'list', value: 'cidr', help: 'Subnet; a free one by default' },
    { name: 'gateway', kind: 'list', value: 'address', help: 'Gateway of the subnet; its first address by default' },
    { name: 'ip-range', kind: 'list', value: 'cidr', help: 'Part of the subnet to give addresses from' },
    { name: 'internal', kind: 'bool', help: 'No way out of this network' },
    { name: 'ipv6', kind: 'bool', help: 'With IPv6' },
    { name: 'disable-dns', kind: 'bool', help: 'No names of containers on this network' },
    { name: 'interface-name', kind: 'string', value: 'name', help: 'Name of the bridge on the host' },
    { name: 'label', kind: 'list', value: 'key=value', help: 'Attach a label' },
    { name: 'opt', short: 'o', kind: 'list', value: 'key=value', help: 'Option of the driver, for example mtu=1400' },
    { name: 'ignore', kind: 'bool', help: 'Use a network of that name if there is one' }
  ],
  examples: ['runcible network create --subnet 10.90.0.0/24 lab'],
  async run({ flags, args, stdio, engine, interruption }) {
    checkArguments(args, 1, 1)
    const spec = readSpec(args[0]!, flags)
    const { networks } = await engine()
    if (!(flags.bool('ignore') && (await networks.exists(spec.name))))
      await networks.create(spec, { signal: interruption.signal })
    stdio.stdout.write(`${spec.name}\n`)
  }
}

function readSpec(name: string, flags: FlagValues): NetworkSpec {
  const driver = flags.text('driver')
  const device = flags.text('interface-name')
  const subnets = readSubnets(flags)
  return {
    name,
    internal: flags.bool('internal'),
    ipv6: flags.bool('ipv6'),
    disableDns: flags.bool('disable-dns'),
    labels: parsePairs(flags.list('label'), '--label'),
    options: parsePairs(flags.list('opt'), '--opt'),
    ...(subnets.length === 0 ? {} : { subnets }),
    ...(driver === undefined ? {} : { driver }),
    ...(device === undefined ? {} : { interface: device })
  }
}

/** The first gateway and range belong to the first subnet, and so on. */
function readSubnets(flags: FlagValues): NonNullable<NetworkSpec['subnets']> {
  const subnets = flags.list('subnet')
  const gateways = flags.list('gateway')
  const ranges = flags.list('ip-range')
  if (gateways.length > subnets.length) throw new UsageError('--gateway needs a --subnet')
  if (ranges.length > subnets.length) throw new UsageError('--ip-range needs a --subnet')
  return subnets.map((subnet, at) => ({
    subnet,
    ...(gateways[at] === undefined ? {} : { gateway: gateways[at] }),
    ...(ranges[at] === undefined ? {} : { ipRange: ranges[at] })
  }))
}
