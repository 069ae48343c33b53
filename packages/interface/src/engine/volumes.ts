import type { CallOptions } from '../call-options.ts'
import type { VolumeRecord, VolumeSpec } from '../volume.ts'

export interface Volumes {
  create(spec: VolumeSpec, options?: CallOptions): Promise<VolumeRecord>
  list(
    options?: CallOptions & { readonly filters?: Readonly<Record<string, readonly string[]>> }
  ): Promise<readonly VolumeRecord[]>
  /** `not-found`. */
  inspect(name: string): Promise<VolumeRecord>
  exists(name: string): Promise<boolean>
  /**
   * `in-use` while a container refers to it, unless `force`, which removes those containers, each stopped for `timeout`
   * seconds before SIGKILL.
   */
  remove(name: string, options?: CallOptions & { readonly force?: boolean; readonly timeout?: number }): Promise<void>
  /** Removes every volume that no container refers to; returns their names. */
  prune(
    options?: CallOptions & { readonly filters?: Readonly<Record<string, readonly string[]>> }
  ): Promise<readonly string[]>
}
