import type { CallOptions } from '@runcible/interface'
import type { FetchedManifest } from '../registry/manifests.ts'
import type { ImageSource } from '../transport/image-source.ts'

export interface PolicyCheck extends CallOptions {
  /**
   * The index that the manifest was chosen from, by its digest. A signature of the index vouches for what it lists, so
   * either of both may be signed.
   */
  readonly within?: FetchedManifest | undefined
  /** A policy.json in place of the configured one, `not-found` when it is not there; `false` for none. */
  readonly policyFile?: string | false | undefined
}

/**
 * Decides whether an image may be used: containers-policy.json(5). It is asked before anything of the image is stored:
 * for the one manifest that is taken, together with the index it was chosen from; when a whole index is taken, for the
 * index itself and then for each of its manifests.
 */
export interface SignaturePolicy {
  /** Whether every image of every place is accepted, so that there is nothing to check. */
  acceptsAll(options?: Pick<PolicyCheck, 'policyFile'>): Promise<boolean>
  /** @throws EngineError `permission-denied` that names the rule, the file it stands in, and what was missing. */
  check(source: ImageSource, manifest: FetchedManifest, options?: PolicyCheck): Promise<void>
}
