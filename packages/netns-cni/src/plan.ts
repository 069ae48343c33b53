import {
  EngineError,
  type NetworkEndpointSpec,
  type NetworkRecord,
  type PortMapping,
  type SetupRequest
} from '@runcible/interface'
import { checkInterfaceName, checkMac } from './network-spec.ts'
import { checkPorts } from './port-mapping.ts'

export interface PlannedEndpoint {
  readonly spec: NetworkEndpointSpec
  readonly network: NetworkRecord
  readonly interface: string
  readonly mac: string | undefined
}

export interface SetupPlan {
  readonly endpoints: readonly PlannedEndpoint[]
  readonly ports: readonly PortMapping[]
}

const planEndpoint = (spec: NetworkEndpointSpec, network: NetworkRecord, index: number): PlannedEndpoint => {
  if (spec.ipv6 !== undefined)
    throw new EngineError(
      'unsupported',
      `cannot give a container the address ${spec.ipv6}: networks have IPv4 addresses only`
    )
  const device = spec.interface ?? `eth${index}`
  checkInterfaceName(device)
  return { spec, network, interface: device, mac: spec.mac === undefined ? undefined : checkMac(spec.mac) }
}

const firstTwice = (values: readonly string[]): string | undefined =>
  values.find((value, index) => values.indexOf(value) < index)

/** Checks all that can be checked without looking at the host. @throws EngineError `invalid-argument`, `not-found`, `unsupported`, `in-use` */
export const planSetup = (request: SetupRequest, networkOf: (name: string) => NetworkRecord): SetupPlan => {
  const endpoints = request.endpoints.map((spec, index) => planEndpoint(spec, networkOf(spec.network), index))
  const network = firstTwice(endpoints.map((endpoint) => endpoint.network.name))
  if (network !== undefined) throw new EngineError('invalid-argument', `network ${network} is asked for twice`)
  const device = firstTwice(endpoints.map((endpoint) => endpoint.interface))
  if (device !== undefined)
    throw new EngineError('invalid-argument', `two networks want to be device ${device} of the container`)
  const ports = checkPorts(request.ports)
  if (ports.length > 0 && endpoints.every((endpoint) => endpoint.network.internal)) {
    throw new EngineError(
      'invalid-argument',
      'cannot publish ports: the container is on no network that leads outside',
      {
        hint: 'connect it to a network that is not internal, or publish no ports'
      }
    )
  }
  return { endpoints, ports }
}
