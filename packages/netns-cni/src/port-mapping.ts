import { EngineError, type PortMapping, type PortProtocol } from '@runcible/interface'
import { formatIp, parseIp } from './ip-address.ts'

/** One port of a mapping. */
export type SinglePort = Omit<PortMapping, 'range'>

export const eachPort = ({ range, hostPort, containerPort, ...rest }: PortMapping): SinglePort[] =>
  Array.from({ length: range }, (_, index) => ({
    ...rest,
    hostPort: hostPort + index,
    containerPort: containerPort + index
  }))

/** How people write it: `127.0.0.1:8080-8089/tcp`. */
export const describePort = ({
  hostIp,
  hostPort,
  protocol,
  range = 1
}: SinglePort & { readonly range?: number }): string =>
  `${hostIp === undefined ? '' : `${hostIp}:`}${hostPort}${range > 1 ? `-${hostPort + range - 1}` : ''}/${protocol}`

const invalid = (text: string): EngineError => new EngineError('invalid-argument', text)

const checkNumbers = (mapping: PortMapping): void => {
  const { hostPort, containerPort, range } = mapping
  const isPort = (port: number, least: number) => Number.isInteger(port) && port >= least && port <= 65_535
  if (!isPort(range, 1)) throw invalid(`a port range has at least one port, not ${range}`)
  if (!isPort(containerPort, 1) || !isPort(containerPort + range - 1, 1)) {
    throw invalid(`container port ${containerPort} with ${range} ports is outside 1-65535`)
  }
  if (!isPort(hostPort, 0) || !isPort(hostPort + range - 1, 0)) {
    throw invalid(`host port ${hostPort} with ${range} ports is outside 1-65535`)
  }
}

/** The address in its usual form; every address of a family is the same as none. */
const normalHostIp = (hostIp: string | undefined): string | undefined => {
  if (hostIp === undefined || hostIp === '' || hostIp === '0.0.0.0') return undefined
  const ip = parseIp(hostIp)
  if (ip === undefined) throw invalid(`the host address of a port is not an IP address: ${JSON.stringify(hostIp)}`)
  if (ip.family === 6) {
    throw new EngineError(
      'unsupported',
      `cannot publish a port on the IPv6 address ${hostIp}: networks have IPv4 addresses only`,
      {
        hint: 'use an IPv4 host address, or none'
      }
    )
  }
  return formatIp(ip)
}

/** Whether two mappings want the same host port. Port 0 never does. */
export const portsCollide = (one: PortMapping, other: PortMapping): boolean => {
  if (one.protocol !== other.protocol || one.hostPort === 0 || other.hostPort === 0) return false
  if (one.hostIp !== undefined && other.hostIp !== undefined && one.hostIp !== other.hostIp) return false
  return one.hostPort < other.hostPort + other.range && other.hostPort < one.hostPort + one.range
}

/**
 * Checked mappings, host addresses in their usual form.
 *
 * @throws EngineError `invalid-argument`, `unsupported` for IPv6 host addresses, `in-use` when one host port is asked for twice
 */
export const checkPorts = (mappings: readonly PortMapping[]): PortMapping[] => {
  const checked: PortMapping[] = []
  for (const mapping of mappings) {
    checkNumbers(mapping)
    const { hostIp: given, ...rest } = mapping
    const hostIp = normalHostIp(given)
    const normal: PortMapping = hostIp === undefined ? rest : { ...rest, hostIp }
    const twin = checked.find((other) => portsCollide(normal, other))
    if (twin !== undefined) {
      throw new EngineError('in-use', `host port ${describePort(normal)} is asked for twice`, {
        subject: { kind: 'host', name: describePort(normal) }
      })
    }
    checked.push(normal)
  }
  return checked
}

/** Key of a port's lease: `protocol/hostIp/port`. */
export const portLeaseId = ({
  hostIp,
  protocol,
  hostPort
}: Pick<SinglePort, 'hostIp' | 'protocol' | 'hostPort'>): string => `${protocol}/${hostIp ?? ''}/${hostPort}`

/** The port that a lease's key stands for; undefined for a key of another form. */
export const portOfLease = (id: string): Pick<SinglePort, 'hostIp' | 'protocol' | 'hostPort'> | undefined => {
  const match = /^(tcp|udp|sctp)\/([^/]*)\/(\d+)$/.exec(id)
  if (match === null) return undefined
  const [, protocol, hostIp, hostPort] = match
  return {
    protocol: protocol as PortProtocol,
    hostPort: Number(hostPort),
    ...(hostIp === '' || hostIp === undefined ? {} : { hostIp })
  }
}
