import { EngineError } from '@runcible/interface'
import { digestAlgorithm, digestHex, isDigest, type Digest } from '@runcible/oci-spec'
import { join } from 'node:path'

/** Where a blob lives below the store's root. `invalid-argument` for anything that is not a strict digest. */
export const blobPath = (root: string, digest: Digest): string => {
  if (!isDigest(digest))
    throw new EngineError('invalid-argument', `not a digest: ${JSON.stringify(digest).slice(0, 160)}`)
  return join(root, 'blobs', digestAlgorithm(digest), digestHex(digest))
}
