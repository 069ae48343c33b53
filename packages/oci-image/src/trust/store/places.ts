import type { SignaturePlaces } from '@runcible/interface'
import type { QualifiedReference } from '../../reference.ts'
import { referenceScopes } from '../scopes.ts'

/** Where signatures of an image are: containers-registries.d(5). */
export interface ImagePlaces {
  /** URL with the repository's path; the digest and the signature's number follow. */
  readonly read: URL
  readonly write: URL
  /** In the registry itself too. */
  readonly attachments: boolean
}

/** The most specific scope that says something; each setting by itself. */
export function placesFor(places: SignaturePlaces, reference: QualifiedReference): ImagePlaces {
  const said = [...referenceScopes(reference).map((scope) => places.scopes.get(scope)), places.default].filter(
    (place) => place !== undefined
  )
  const read = said.map(({ lookaside }) => lookaside).find(isSaid) ?? places.fallback
  // A scope that says only where to read is also where to write.
  const write = said.map(({ staging, lookaside }) => staging ?? lookaside).find(isSaid) ?? places.fallback
  return {
    read: below(read, reference),
    write: below(write, reference),
    attachments: said.map(({ attachments }) => attachments).find((value) => value !== undefined) ?? false
  }
}

const isSaid = (url: string | undefined): url is string => url !== undefined && url !== ''

function below(base: string, { repository }: QualifiedReference): URL {
  const url = new URL(base)
  url.pathname = `${url.pathname.replace(/\/$/, '')}/${repository}`
  return url
}
