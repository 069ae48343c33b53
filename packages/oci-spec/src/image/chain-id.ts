import { type Digest, digestOf } from '../digest.ts'
import { SpecError } from '../spec-error.ts'

/**
 * The chain id of a stack of layers, lowest first. OCI image specification, "Layer ChainID".
 *
 * @throws SpecError when there is no layer.
 */
export function chainId(diffIds: readonly Digest[]): Digest {
  const last = chainIds(diffIds).at(-1)
  if (last === undefined) throw new SpecError('an image without layers has no chain id')
  return last
}

/** The chain id of each prefix of the stack: the n-th is that of the n lowest layers. */
export function chainIds(diffIds: readonly Digest[]): readonly Digest[] {
  const ids: Digest[] = []
  for (const diffId of diffIds) {
    const below = ids.at(-1)
    ids.push(below === undefined ? diffId : digestOf(`${below} ${diffId}`))
  }
  return ids
}
