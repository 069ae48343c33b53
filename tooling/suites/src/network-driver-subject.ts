import type {
  NetworkAttachment,
  NetworkDriver,
  NetworkEndpointSpec,
  PortMapping,
  SetupRequest
} from '@runcible/interface'

/** A world in which packets really flow. */
export interface NetworkWorld {
  /** Path of a namespace that is outside: it knows the host by `hostAddress` and has no route to containers. */
  readonly outside: string
  readonly outsideAddress: string
  readonly hostAddress: string
  /** Takes every rule off the host, as an administrator may. */
  flushRules(): void
  /** Devices, rules, namespaces and records that containers left, in words. */
  leftovers(): Promise<readonly string[]>
  /** Sets up containers in another process on the same state; their addresses. */
  setUpElsewhere(containerIds: readonly string[]): Promise<readonly string[]>
}

export interface NetworkDriverSubject extends AsyncDisposable {
  readonly driver: NetworkDriver
  /** Absent for a driver without kernel. */
  readonly world?: NetworkWorld
  /** Whether containers of different networks are kept apart. Default true. */
  readonly isolates?: boolean
}

export const web = (hostPort: number, more: Partial<PortMapping> = {}): PortMapping => ({
  hostPort,
  containerPort: 80,
  protocol: 'tcp',
  range: 1,
  ...more
})

/** Runs a set-up and remembers to take it down. */
export const launcher = (driver: NetworkDriver) => {
  const running = new Set<string>()
  const up = async (
    containerId: string,
    endpoints: readonly NetworkEndpointSpec[] = [{ network: 'runcible' }],
    ports: readonly PortMapping[] = []
  ) => {
    running.add(containerId)
    const netns = await driver.createNamespace(containerId)
    const request: SetupRequest = { containerId, containerName: containerId, netns, endpoints, ports }
    return driver.setup(request)
  }
  const down = async (containerId: string, attachment?: NetworkAttachment) => {
    await driver.teardown({ containerId, ...(attachment === undefined ? {} : { attachment }) })
    running.delete(containerId)
  }
  const downAll = async () => {
    for (const id of [...running].reverse()) await down(id)
  }
  return { up, down, downAll }
}

export const addressOf = (attachment: NetworkAttachment, index = 0): string =>
  attachment.endpoints[index]?.addresses[0]?.split('/')[0] ?? ''
