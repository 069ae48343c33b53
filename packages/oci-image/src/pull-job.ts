import type { ProgressOptions, PullProgress } from '@runcible/interface'
import type { Platform } from '@runcible/oci-spec'
import type { ImageSource } from './transport/image-source.ts'

/** One image on its way from a source into the store. */
export interface PullJob {
  readonly source: ImageSource
  /** What messages call it. */
  readonly label: string
  /** Normalised names to record it under; without any it is known by its id. */
  readonly names: readonly string[]
  readonly platform: Platform
  readonly failed: AbortController
  readonly options: ProgressOptions<PullProgress>
}
