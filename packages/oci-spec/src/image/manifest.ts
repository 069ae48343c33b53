import { isManifestMediaType } from '../media-types.ts'
import { at, member, readList } from '../read.ts'
import { type Descriptor, parseDescriptor } from './descriptor.ts'
import { readCommon, readDocument } from './document.ts'

/** An image manifest: OCI, or Docker schema 2. OCI image specification, "Image Manifest". */
export interface Manifest {
  readonly schemaVersion: 2
  readonly mediaType?: string
  readonly artifactType?: string
  readonly config: Descriptor
  /** Lowest layer first. */
  readonly layers: readonly Descriptor[]
  readonly subject?: Descriptor
  readonly annotations?: Readonly<Record<string, string>>
}

/**
 * An image manifest from unknown JSON.
 *
 * @throws SpecError on schema 1, on an index, on a document that is both, and on malformed descriptors.
 */
export function parseManifest(value: unknown, path = ''): Manifest {
  const object = readDocument(value, path, {
    name: 'image manifest',
    accepts: isManifestMediaType,
    foreign: ['manifests']
  })
  return {
    schemaVersion: 2,
    ...readCommon(object, path),
    config: parseDescriptor(member(object, 'config'), at(path, 'config')),
    layers: readList(member(object, 'layers'), at(path, 'layers'), parseDescriptor)
  }
}
