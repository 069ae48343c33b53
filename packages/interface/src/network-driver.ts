import type { CallOptions } from './call-options.ts'
import type { NetworkAttachment, NetworkEndpointSpec, NetworkRecord, NetworkSpec, PortMapping } from './network.ts'

export interface SetupRequest {
  readonly containerId: string
  readonly containerName: string
  /** Path that `createNamespace` gave. */
  readonly netns: string
  readonly endpoints: readonly NetworkEndpointSpec[]
  readonly ports: readonly PortMapping[]
}

export interface TeardownRequest {
  readonly containerId: string
  /** What `setup` gave; absent when the caller lost it: then the driver goes by its own records. */
  readonly attachment?: NetworkAttachment
}

/**
 * Networks and what connects a container to them. Life for one container:
 * `createNamespace` → `setup` → (the container runs) → `teardown`, which may be called at any point and repeatedly.
 * Several processes work at the same time; a failed `setup` has undone itself, except for the namespace.
 */
export interface NetworkDriver {
  /** `already-exists` for the name, `invalid-argument` for a bad or `exhausted` for no free subnet. The default network always exists. */
  create(spec: NetworkSpec, options?: CallOptions): Promise<NetworkRecord>
  /** `not-found`; `in-use` while a container is connected. The default network cannot be removed (`invalid-argument`). */
  remove(name: string, options?: CallOptions): Promise<void>
  list(): Promise<readonly NetworkRecord[]>
  /** By name, id or unique prefix of the id. */
  inspect(name: string): Promise<NetworkRecord | undefined>
  /** An own network namespace with `lo` up, kept by a file. Returns the path. */
  createNamespace(containerId: string): Promise<string>
  /** `in-use` for a port or address that is taken: found before anything is created. */
  setup(request: SetupRequest, options?: CallOptions): Promise<NetworkAttachment>
  /** Removes devices, addresses, rules, leases and the namespace. Never fails on what is already gone. */
  teardown(request: TeardownRequest, options?: CallOptions): Promise<void>
  /** Makes the host's rules for this container again, after somebody flushed them. */
  reload(request: { readonly containerId: string; readonly attachment: NetworkAttachment }): Promise<void>
}
