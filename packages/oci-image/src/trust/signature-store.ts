import type { CallOptions } from '@runcible/interface'
import type { Digest } from '@runcible/oci-spec'
import type { Endpoint } from '../endpoints.ts'
import type { OciImageStoreInit } from '../init.ts'
import type { QualifiedReference } from '../reference.ts'
import type { RegistryClient } from '../registry/client.ts'
import type { ImageSignature } from './signature.ts'

/** An image at a registry, reached through an open client. */
export interface RegistryImage {
  readonly init: OciImageStoreInit
  readonly reference: QualifiedReference
  readonly endpoint: Endpoint
  readonly client: RegistryClient
  /** A registries.d in place of the configured one. */
  readonly registriesDirectory?: string | undefined
}

/** Where the signatures of images at registries are kept: lookaside servers and attached images. */
export interface SignatureStore {
  /** Unverified. */
  read(image: RegistryImage, digest: Digest, options?: CallOptions): Promise<readonly ImageSignature[]>
  /** @throws EngineError `unsupported` where no place to write them to is configured. */
  write(
    image: RegistryImage,
    digest: Digest,
    signatures: readonly ImageSignature[],
    options?: CallOptions
  ): Promise<void>
}
