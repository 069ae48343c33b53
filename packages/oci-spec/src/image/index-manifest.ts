import type { Descriptor } from './descriptor.ts'

/** An OCI image index or a Docker manifest list. OCI image specification, "Image Index". */
export interface Index {
  readonly schemaVersion: 2
  readonly mediaType?: string
  readonly artifactType?: string
  readonly manifests: readonly Descriptor[]
  readonly subject?: Descriptor
  readonly annotations?: Readonly<Record<string, string>>
}
