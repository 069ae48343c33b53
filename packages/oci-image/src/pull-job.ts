import type { ProgressOptions, PullProgress } from '@runcible/interface'
import type { Platform } from '@runcible/oci-spec'
import type { QualifiedReference } from './reference.ts'
import type { RegistryClient } from './registry/client.ts'

/** One pull, of one candidate of the name. */
export interface PullJob {
  readonly reference: QualifiedReference
  /** Normalised name. */
  readonly name: string
  readonly platform: Platform
  /** Where the repository is at the registry of `client`. */
  readonly repository: string
  readonly client: RegistryClient
  readonly failed: AbortController
  readonly options: ProgressOptions<PullProgress>
}
