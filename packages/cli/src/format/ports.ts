import type { PortMapping } from '@runcible/interface'

/** Published ports as lists show them: `0.0.0.0:8080->80/tcp, 127.0.0.1:90-92->90-92/udp`. Neighbours become one range. */
export function portsText(ports: readonly PortMapping[]): string {
  const sorted = ports.toSorted(
    (one, other) =>
      address(one).localeCompare(address(other)) ||
      one.protocol.localeCompare(other.protocol) ||
      one.containerPort - other.containerPort
  )
  const merged: PortMapping[] = []
  for (const port of sorted) {
    const last = merged.at(-1)
    if (last !== undefined && continues(last, port))
      merged[merged.length - 1] = { ...last, range: last.range + port.range }
    else merged.push(port)
  }
  return merged.map(oneText).join(', ')
}

function continues(last: PortMapping, next: PortMapping): boolean {
  return (
    address(last) === address(next) &&
    last.protocol === next.protocol &&
    last.hostPort !== 0 &&
    last.hostPort + last.range === next.hostPort &&
    last.containerPort + last.range === next.containerPort
  )
}

function oneText(port: PortMapping): string {
  const end = (first: number): string => (port.range === 1 ? '' : `-${first + port.range - 1}`)
  const host = port.hostPort === 0 ? '' : `${port.hostPort}${end(port.hostPort)}`
  return `${address(port)}:${host}->${port.containerPort}${end(port.containerPort)}/${port.protocol}`
}

function address({ hostIp }: PortMapping): string {
  if (hostIp === undefined || hostIp === '') return '0.0.0.0'
  return hostIp.includes(':') ? `[${hostIp}]` : hostIp
}
