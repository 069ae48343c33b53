import type { Descriptor } from './descriptor.ts'

/** An image manifest: OCI, or Docker schema 2. OCI image specification, "Image Manifest". */
export interface Manifest {
  readonly schemaVersion: 2
  readonly mediaType?: string
  readonly artifactType?: string
  readonly config: Descriptor
  /** Lowest layer first. */
  readonly layers: readonly Descriptor[]
  readonly subject?: Descriptor
  readonly annotations?: Readonly<Record<string, string>>
}
