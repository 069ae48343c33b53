import type { ContainerSpec } from '@runcible/interface'
import { parseNetwork } from '../../parse/network.ts'
import { isAddress, parseExpose, parsePublish } from '../../parse/ports.ts'
import { UsageError } from '../../usage-error.ts'
import { grouped } from '../flag.ts'
import { type FlagGroup, givenBool, onlyGiven } from './group.ts'

/** Networks, ports and names. */
export const networkFlags: FlagGroup = {
  flags: grouped('Network', [
    {
      name: 'network',
      kind: 'list',
      value: 'network',
      aliases: ['net'],
      help: 'bridge, host, none, private, container:NAME, ns:PATH, or a network NAME[:ip=…,alias=…]'
    },
    { name: 'network-alias', kind: 'csv', value: 'name', help: 'Further name of the container on its networks' },
    { name: 'ip', kind: 'string', value: 'address', help: 'Fixed IPv4 address' },
    { name: 'ip6', kind: 'string', value: 'address', help: 'Fixed IPv6 address' },
    { name: 'mac-address', kind: 'string', value: 'address', help: 'Fixed MAC address' },
    {
      name: 'publish',
      short: 'p',
      kind: 'csv',
      value: '[[ip:][port]:]port[/protocol]',
      help: 'Make a port, or a range, reachable from the host'
    },
    { name: 'publish-all', short: 'P', kind: 'bool', help: 'Publish every exposed port on a free one' },
    {
      name: 'expose',
      kind: 'csv',
      value: 'port[-port][/protocol]',
      help: 'Declare a port that the container listens on'
    },
    { name: 'hostname', short: 'h', kind: 'string', value: 'name', help: 'Host name in the container' },
    {
      name: 'add-host',
      kind: 'csv',
      value: 'name:address',
      help: 'Add a line to the hosts file; host-gateway stands for the host'
    },
    { name: 'no-hosts', kind: 'bool', help: "Leave the image's hosts file alone" },
    { name: 'dns', kind: 'csv', value: 'address', help: 'Name server to ask' },
    { name: 'dns-search', kind: 'csv', value: 'domain', help: 'Search domain' },
    { name: 'dns-option', kind: 'csv', value: 'option', aliases: ['dns-opt'], help: 'Option of the resolver' }
  ]),
  read(values): Partial<ContainerSpec> {
    const part = onlyGiven<Partial<ContainerSpec>>({
      network: parseNetwork({
        networks: values.list('network'),
        aliases: values.list('network-alias'),
        ip: values.text('ip'),
        ip6: values.text('ip6'),
        mac: values.text('mac-address')
      }),
      ports: values.list('publish').map(parsePublish),
      publishAll: givenBool(values, 'publish-all'),
      expose: values.list('expose').map(parseExpose),
      hostname: values.text('hostname'),
      extraHosts: values.list('add-host').map(checkExtraHost),
      noHosts: givenBool(values, 'no-hosts'),
      dns: values.list('dns').map(checkNameServer),
      dnsSearch: values.list('dns-search'),
      dnsOptions: values.list('dns-option')
    })
    if (part.noHosts === true && part.extraHosts !== undefined)
      throw new UsageError('--no-hosts and --add-host exclude each other')
    return part
  }
}

function checkExtraHost(text: string): string {
  if (/^[^:\s]+:\S+$/.test(text)) return text
  throw new UsageError(`invalid value for --add-host: "${text}" is not name:address`)
}

function checkNameServer(text: string): string {
  if (isAddress(text)) return text
  throw new UsageError(`invalid value for --dns: "${text}" is not an address`)
}
