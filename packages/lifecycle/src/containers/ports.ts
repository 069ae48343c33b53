import type { ImageRunConfig } from '@runcible/oci-spec'
import { EngineError, type ContainerSpec, type PortMapping, type PortProtocol } from '@runcible/interface'

interface PortRange {
  readonly first: number
  readonly last: number
  readonly protocol: PortProtocol
}

const highestPort = 65_535

/** Parses `port[-port][/protocol]`. `invalid-argument`. */
function parseExposedPort(text: string): PortRange {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?(?:\/(tcp|udp|sctp))?$/i.exec(text)
  const first = Number(match?.[1])
  const last = Number(match?.[2] ?? first)
  if (match === null || first < 1 || last > highestPort || last < first) {
    throw new EngineError('invalid-argument', `${JSON.stringify(text.slice(0, 80))} is not a port`, {
      hint: 'write PORT[-PORT][/tcp|udp|sctp]'
    })
  }
  return { first, last, protocol: (match[3]?.toLowerCase() ?? 'tcp') as PortProtocol }
}

/** Every exposed port of image and spec, one entry each: `port/protocol`. */
export function exposedPorts(spec: ContainerSpec, image: ImageRunConfig): readonly string[] {
  const ports = new Set<string>()
  for (const text of [...Object.keys(image.ExposedPorts ?? {}), ...(spec.expose ?? [])]) {
    const { first, last, protocol } = parseExposedPort(text)
    for (let port = first; port <= last; port++) ports.add(`${port}/${protocol}`)
  }
  return [...ports]
}

/** What was asked to be published, and with `publishAll` every exposed port that was not. */
export function publishedPorts(spec: ContainerSpec, exposed: readonly string[]): readonly PortMapping[] {
  const asked = spec.ports ?? []
  for (const port of asked) checkMapping(port)
  if (!spec.publishAll) return asked
  const isPublished = (port: number, protocol: PortProtocol) =>
    asked.some(
      (mapping) =>
        mapping.protocol === protocol && port >= mapping.containerPort && port < mapping.containerPort + mapping.range
    )
  const rest = exposed.map(parseExposedPort).filter(({ first, protocol }) => !isPublished(first, protocol))
  return [...asked, ...rest.map(({ first, protocol }) => ({ hostPort: 0, containerPort: first, protocol, range: 1 }))]
}

function checkMapping({ hostPort, containerPort, range }: PortMapping): void {
  const valid =
    range >= 1 &&
    containerPort >= 1 &&
    containerPort + range - 1 <= highestPort &&
    hostPort >= 0 &&
    hostPort + range - 1 <= highestPort
  if (!valid)
    throw new EngineError(
      'invalid-argument',
      `ports go from 1 to ${highestPort}: cannot map ${hostPort} to ${containerPort} (${range} ports)`
    )
}
