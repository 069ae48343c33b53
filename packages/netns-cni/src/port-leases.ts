import { EngineError, isEngineError, type EntityStores, type PortMapping, type StateStore } from '@runcible/interface'
import { describePort, eachPort, portLeaseId, portOfLease, portsCollide, type SinglePort } from './port-mapping.ts'
import { probePort } from './port-probe.ts'

type Ports = Pick<EntityStores, 'ports'>

const ATTEMPTS = 50
const HIGHEST_PORT = 65_535
/** A range may have more ports than this process may have open sockets. */
const PROBES_AT_ONCE = 256

/** Ports that containers hold, as mappings of one port each. */
const leased = (state: Ports): PortMapping[] =>
  state.ports.list().flatMap((lease) => {
    const port = portOfLease(lease.id)
    return port === undefined ? [] : [{ ...port, containerPort: port.hostPort, range: 1 }]
  })

/** Whether somebody publishes a port whom neither leases nor sockets tell of. */
export type Elsewhere = (port: SinglePort) => boolean

const nowhere: Elsewhere = () => false

const taken = (mapping: PortMapping, by = 'another container'): EngineError =>
  new EngineError('in-use', `host port ${describePort(mapping)} is published by ${by}`, {
    subject: { kind: 'host', name: describePort(mapping) },
    hint: 'publish another port, or remove that container'
  })

/** Every port of the mapping, bound for a moment. */
const probeAll = async (mapping: PortMapping, elsewhere: Elsewhere): Promise<void> => {
  if (eachPort(mapping).some(elsewhere)) throw taken(mapping, 'an engine with another root')
  const ports = eachPort(mapping)
  for (let first = 0; first < ports.length; first += PROBES_AT_ONCE)
    await Promise.all(ports.slice(first, first + PROBES_AT_ONCE).map(probePort))
}

/** As many free ports in a row as the range wants. */
const findFree = async (
  mapping: PortMapping,
  busy: readonly PortMapping[],
  elsewhere: Elsewhere
): Promise<PortMapping> => {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const hostPort = await probePort({ ...mapping, hostPort: 0 })
    const candidate = { ...mapping, hostPort }
    if (hostPort + mapping.range - 1 > HIGHEST_PORT || busy.some((other) => portsCollide(candidate, other))) continue
    try {
      if (eachPort(candidate).some(elsewhere)) continue
      if (mapping.range > 1) await probeAll(candidate, elsewhere)
      return candidate
    } catch (error) {
      if (!isEngineError(error, 'in-use')) throw error
    }
  }
  throw new EngineError('exhausted', `found no ${mapping.range} free ${mapping.protocol} ports in a row`)
}

/**
 * Decides every port: none is 0 afterwards, and none is used by a container of this engine or by a process of the host.
 * The caller holds the engine's network lock until it has recorded them.
 *
 * @throws EngineError `in-use` naming the port, `exhausted`
 */
export const decidePorts = async (
  state: Pick<StateStore, 'ports'>,
  mappings: readonly PortMapping[],
  elsewhere = nowhere
): Promise<PortMapping[]> => {
  if (mappings.length === 0) return []
  const busy = leased(state)
  const fixed = mappings.filter((mapping) => mapping.hostPort !== 0)
  for (const mapping of fixed) {
    if (busy.some((other) => portsCollide(mapping, other))) throw taken(mapping)
    await probeAll(mapping, elsewhere)
  }
  const decided: PortMapping[] = []
  for (const mapping of mappings) {
    decided.push(mapping.hostPort === 0 ? await findFree(mapping, [...busy, ...fixed, ...decided], elsewhere) : mapping)
  }
  return decided
}

export const recordPorts = (state: Ports, containerId: string, mappings: readonly PortMapping[]): void => {
  for (const port of mappings.flatMap(eachPort)) state.ports.insert({ id: portLeaseId(port), containerId })
}

/** Keys of the ports that a container holds; `known` spares a look through all of them. */
export const portLeasesOf = (state: Ports, containerId: string, known?: readonly PortMapping[]): string[] => {
  const candidates =
    known === undefined
      ? state.ports.list()
      : known.flatMap(eachPort).flatMap((port) => state.ports.get(portLeaseId(port)) ?? [])
  return candidates.filter((lease) => lease.containerId === containerId).map((lease) => lease.id)
}
