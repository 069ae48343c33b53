import type { NetworkEndpointSpec, NetworkMode } from '@runcible/interface'
import { UsageError } from '../usage-error.ts'
import { splitPair } from './key-value.ts'

export interface NetworkFlags {
  /** `--network`, in the order given. */
  readonly networks: readonly string[]
  readonly aliases: readonly string[]
  readonly ip: string | undefined
  readonly ip6: string | undefined
  readonly mac: string | undefined
}

/** The network that is meant when none is named. */
const defaultNetwork = 'runcible'

/**
 * The network mode of a container; `undefined` when nothing was said.
 *
 * @throws UsageError
 */
export function parseNetwork(flags: NetworkFlags): NetworkMode | undefined {
  const { networks } = flags
  const single = networks.map(parseSingleMode).find((mode) => mode !== undefined)
  if (single !== undefined) {
    if (networks.length > 1)
      throw new UsageError(
        `--network ${networks.join(' --network ')}: host, none, private, container: and ns: stand alone`
      )
    const given = bridgeOnly(flags)
    if (given !== undefined)
      throw new UsageError(`${given} can only be used with bridge networks, not with --network ${networks[0]}`)
    return single
  }
  if (networks.length === 0 && bridgeOnly(flags) === undefined) return undefined
  const endpoints = (networks.length === 0 ? [defaultNetwork] : networks).map(parseEndpoint)
  if (new Set(endpoints.map((endpoint) => endpoint.network)).size < endpoints.length)
    throw new UsageError('a network is named twice')
  return { mode: 'bridge', endpoints: withSharedFlags(endpoints, flags) }
}

function parseSingleMode(text: string): NetworkMode | undefined {
  if (text === 'host' || text === 'none' || text === 'private') return { mode: text }
  const [kind, rest] = splitAt(text)
  if (kind === 'container') {
    if (rest === '') throw new UsageError('--network container: needs the name or id of a container')
    return { mode: 'container', container: rest }
  }
  if (kind === 'ns') {
    if (!rest.startsWith('/')) throw new UsageError('--network ns: needs the absolute path of a network namespace')
    return { mode: 'path', path: rest }
  }
  if (['pasta', 'slirp4netns', 'pod'].includes(kind))
    throw new UsageError(
      `--network ${kind} is not supported; use bridge, host, none, container:ID, ns:PATH or a network's name`
    )
  return undefined
}

/** `name[:ip=…,ip6=…,mac=…,alias=…,interface_name=…]`; `bridge` and `default` mean the default network. */
function parseEndpoint(text: string): NetworkEndpointSpec {
  const [name, options] = splitAt(text)
  const network = name === 'bridge' || name === 'default' || name === '' ? defaultNetwork : name
  const aliases: string[] = []
  const fields: { ipv4?: string; ipv6?: string; mac?: string; interface?: string } = {}
  for (const option of options === '' ? [] : options.split(',')) {
    const [key, value] = splitPair(option)
    if (value === undefined || value === '') throw new UsageError(`--network ${text}: "${option}" needs a value`)
    if (key === 'ip') fields.ipv4 = checkIpv4(value, `--network ${text}`)
    else if (key === 'ip6') fields.ipv6 = checkIpv6(value, `--network ${text}`)
    else if (key === 'mac') fields.mac = checkMac(value, `--network ${text}`)
    else if (key === 'alias') aliases.push(value)
    else if (key === 'interface_name') fields.interface = value
    else
      throw new UsageError(`--network ${text}: unknown option "${key}"; known are ip, ip6, mac, alias, interface_name`)
  }
  return { network, ...fields, ...(aliases.length === 0 ? {} : { aliases }) }
}

function withSharedFlags(
  endpoints: readonly NetworkEndpointSpec[],
  flags: NetworkFlags
): readonly NetworkEndpointSpec[] {
  const address = {
    ...(flags.ip === undefined ? {} : { ipv4: checkIpv4(flags.ip, '--ip') }),
    ...(flags.ip6 === undefined ? {} : { ipv6: checkIpv6(flags.ip6, '--ip6') }),
    ...(flags.mac === undefined ? {} : { mac: checkMac(flags.mac, '--mac-address') })
  }
  if (endpoints.length > 1 && Object.keys(address).length > 0) {
    throw new UsageError('--ip, --ip6 and --mac-address need one network; write --network NAME:ip=… for several')
  }
  return endpoints.map((endpoint) => {
    const aliases = [...(endpoint.aliases ?? []), ...flags.aliases]
    return { ...endpoint, ...address, ...(aliases.length === 0 ? {} : { aliases }) }
  })
}

function bridgeOnly({ ip, ip6, mac, aliases }: NetworkFlags): string | undefined {
  if (ip !== undefined) return '--ip'
  if (ip6 !== undefined) return '--ip6'
  if (mac !== undefined) return '--mac-address'
  return aliases.length > 0 ? '--network-alias' : undefined
}

function splitAt(text: string): readonly [string, string] {
  const colon = text.indexOf(':')
  return colon < 0 ? [text, ''] : [text.slice(0, colon), text.slice(colon + 1)]
}

function checkIpv4(text: string, flag: string): string {
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) < 256)) return text
  throw new UsageError(`${flag}: "${text}" is not an IPv4 address`)
}

function checkIpv6(text: string, flag: string): string {
  if (/^[0-9a-f:.]+$/i.test(text) && text.includes(':')) return text
  throw new UsageError(`${flag}: "${text}" is not an IPv6 address`)
}

function checkMac(text: string, flag: string): string {
  if (/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text)) return text.toLowerCase().replaceAll('-', ':')
  throw new UsageError(`${flag}: "${text}" is not a MAC address like 92:d0:c6:0a:29:33`)
}
