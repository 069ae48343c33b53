import type { CallOptions } from '../call-options.ts'
import type { NetworkRecord, NetworkSpec } from '../network.ts'

export interface Networks {
  create(spec: NetworkSpec, options?: CallOptions): Promise<NetworkRecord>
  list(
    options?: CallOptions & { readonly filters?: Readonly<Record<string, readonly string[]>> }
  ): Promise<readonly NetworkRecord[]>
  /** By name, id or unique prefix of the id; `not-found`. With the containers that are on it. */
  inspect(name: string): Promise<
    NetworkRecord & {
      readonly containers: readonly {
        readonly id: string
        readonly name: string
        readonly addresses: readonly string[]
        readonly mac: string
        readonly interface: string
      }[]
    }
  >
  exists(name: string): Promise<boolean>
  /**
   * `in-use` while a container is on it, unless `force`, which removes those containers, each stopped for `timeout`
   * seconds before SIGKILL.
   */
  remove(name: string, options?: CallOptions & { readonly force?: boolean; readonly timeout?: number }): Promise<void>
  /** Removes every network that no container was made for, but the default one; returns their names. */
  prune(
    options?: CallOptions & { readonly filters?: Readonly<Record<string, readonly string[]>> }
  ): Promise<readonly string[]>
}
