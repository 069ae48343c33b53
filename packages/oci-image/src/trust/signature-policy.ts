import type { CallOptions } from '@runcible/interface'
import type { FetchedManifest } from '../registry/manifests.ts'
import type { ImageSource } from '../transport/image-source.ts'

/**
 * Decides whether an image may be used: containers-policy.json(5). It is asked once for the manifest or index that a
 * name gave, before anything of the image is stored, and once more for the platform's manifest chosen from an index.
 */
export interface SignaturePolicy {
  /** @throws EngineError `permission-denied` that names the rule, the file it stands in, and what was missing. */
  check(source: ImageSource, manifest: FetchedManifest, options?: CallOptions): Promise<void>
}
