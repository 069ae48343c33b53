import type { CallOptions } from './call-options.ts'
import type { Mount } from './mount.ts'
import type { VolumeRecord, VolumeSpec } from './volume.ts'

export interface MountVolumeRequest {
  readonly name: string
  readonly containerId: string
  /** Path inside the container. */
  readonly target: string
  /** Options of the bind (`ro`, `nosuid`, propagation …). */
  readonly options: readonly string[]
  /**
   * The container's root mounts: an empty volume that was never used gets the content, owner and mode of `target`
   * in there (copy-up). Absent for no copy-up.
   */
  readonly copyUpFrom?: readonly Mount[]
}

/** Directories with a life of their own. Several processes and containers may use one volume at a time. */
export interface VolumeDriver {
  /** `already-exists`, `invalid-argument` for a bad name or option. */
  create(spec: VolumeSpec, options?: CallOptions): Promise<VolumeRecord>
  /** `not-found`. Whether a container uses it is the caller's to know. */
  remove(name: string, options?: CallOptions): Promise<void>
  list(): Promise<readonly VolumeRecord[]>
  inspect(name: string): Promise<VolumeRecord | undefined>
  /** Ready to be bound into a container. `not-found` when there is no such volume. */
  mount(request: MountVolumeRequest, options?: CallOptions): Promise<Mount>
  /** The container no longer uses it; unmounts when nobody does. No error when it never did. */
  unmount(name: string, containerId: string): Promise<void>
}
