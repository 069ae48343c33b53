import type { PortMapping, PortProtocol } from '@runcible/interface'
import { UsageError } from '../usage-error.ts'

/**
 * One `-p`: `[[ip:][hostPort[-end]]:]port[-end][/protocol]`, with an IPv6 address in brackets.
 *
 * @throws UsageError
 */
export function parsePublish(text: string): PortMapping {
  const bad = (why: string): UsageError => new UsageError(`invalid value for --publish: "${text}": ${why}`)
  const [address, protocolText] = splitProtocol(text)
  const protocol = parseProtocol(protocolText, bad)
  const bracket = /^\[([^\]]*)\]:(.*)$/.exec(address)
  const parts = bracket === null ? address.split(':') : [bracket[1]!, ...bracket[2]!.split(':')]
  if (parts.length > 3) throw bad('expected [[ip:][hostPort]:]containerPort; put an IPv6 address in brackets')
  const [container, host = '', hostIp = ''] = parts.toReversed() as [string, string?, string?]
  const inner = parseRange(container, bad)
  const outer = host === '' ? { first: 0, count: inner.count } : parseRange(host, bad)
  if (outer.count !== inner.count) throw bad('host and container range differ in length')
  if (hostIp !== '' && hostIp !== '0.0.0.0' && !isAddress(hostIp)) throw bad(`"${hostIp}" is not an address`)
  if (inner.first === 0) throw bad('port 0 cannot be published')
  return {
    ...(hostIp === '' ? {} : { hostIp }),
    hostPort: outer.first,
    containerPort: inner.first,
    protocol,
    range: inner.count
  }
}

/**
 * One `--expose`, checked: `port[-end][/protocol]`.
 *
 * @throws UsageError
 */
export function parseExpose(text: string): string {
  const bad = (why: string): UsageError => new UsageError(`invalid value for --expose: "${text}": ${why}`)
  const [ports, protocolText] = splitProtocol(text)
  const protocol = parseProtocol(protocolText, bad)
  const { first, count } = parseRange(ports, bad)
  if (first === 0) throw bad('port 0 cannot be exposed')
  return `${first}${count === 1 ? '' : `-${first + count - 1}`}/${protocol}`
}

type Refuse = (why: string) => UsageError

function splitProtocol(text: string): readonly [string, string | undefined] {
  const slash = text.lastIndexOf('/')
  return slash < 0 ? [text, undefined] : [text.slice(0, slash), text.slice(slash + 1)]
}

function parseProtocol(text: string | undefined, bad: Refuse): PortProtocol {
  const protocol = (text ?? 'tcp').toLowerCase()
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') throw bad(`"${text}" is not tcp, udp or sctp`)
  return protocol
}

function parseRange(text: string, bad: Refuse): { readonly first: number; readonly count: number } {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text)
  if (match === null)
    throw bad(text === '' ? 'the container port is missing' : `"${text}" is not a port or range of ports`)
  const first = Number(match[1])
  const last = match[2] === undefined ? first : Number(match[2])
  if (last > 65535 || first > 65535) throw bad('ports go up to 65535')
  if (last < first) throw bad(`the range ${text} is upside down`)
  return { first, count: last - first + 1 }
}

/** Whether it has the form of an IPv4 or IPv6 address. */
export function isAddress(text: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)
    ? text.split('.').every((part) => Number(part) < 256)
    : /^[0-9a-f:.]*:[0-9a-f:.]*(?:%[\w.-]+)?$/i.test(text)
}
