import type { Digest } from '../digest.ts'
import type { Platform } from '../platform.ts'

/** A reference to content by digest. OCI image specification, "Content Descriptors". */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  /** Bytes of the content. */
  readonly size: number
  readonly urls?: readonly string[]
  readonly annotations?: Readonly<Record<string, string>>
  /** The content itself, base64. */
  readonly data?: string
  readonly artifactType?: string
  readonly platform?: Platform
}
