import { isIndexMediaType } from '../media-types.ts'
import { at, member, readList } from '../read.ts'
import { SpecError } from '../spec-error.ts'
import { type Descriptor, parseDescriptor } from './descriptor.ts'
import { readCommon, readDocument } from './document.ts'

/** An OCI image index or a Docker manifest list. OCI image specification, "Image Index". */
export interface Index {
  readonly schemaVersion: 2
  readonly mediaType?: string
  readonly artifactType?: string
  readonly manifests: readonly Descriptor[]
  readonly subject?: Descriptor
  readonly annotations?: Readonly<Record<string, string>>
}

/**
 * An image index or manifest list from unknown JSON. It may be empty, as that of a new image layout is.
 *
 * @throws SpecError on schema 1, on a manifest, on a document that is both, and on malformed descriptors.
 */
export function parseIndex(value: unknown, path = ''): Index {
  const foreign = ['config', 'layers']
  const object = readDocument(value, path, { name: 'image index', accepts: isIndexMediaType, foreign })
  if (!Object.hasOwn(object, 'manifests')) throw new SpecError('expected a list of manifests', at(path, 'manifests'))
  return {
    schemaVersion: 2,
    ...readCommon(object, path),
    manifests: readList(member(object, 'manifests'), at(path, 'manifests'), parseDescriptor)
  }
}
