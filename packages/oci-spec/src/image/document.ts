import type { JsonObject } from '../json.ts'
import { isSchema1MediaType } from '../media-types.ts'
import { at, member, optional, readObject, readString, readStringMap, refuseSpellings } from '../read.ts'
import { SpecError } from '../spec-error.ts'
import { type Descriptor, parseDescriptor } from './descriptor.ts'

interface DocumentKind {
  readonly name: string
  readonly accepts: (mediaType: string) => boolean
  /** Members that belong to the other kind: a document with both could be read as either. */
  readonly foreign: readonly string[]
}

const memberNames = new Set([
  'schemaVersion',
  'mediaType',
  'artifactType',
  'config',
  'layers',
  'manifests',
  'subject',
  'annotations',
  'fsLayers'
])

/** Checks what manifests and indexes have in common, before anything in them is used. */
export function readDocument(value: unknown, path: string, kind: DocumentKind): JsonObject {
  const object = readObject(value, path)
  const mediaType = member(object, 'mediaType')
  refuseSchema1(object, mediaType, path)
  if (member(object, 'schemaVersion') !== 2) throw new SpecError('expected schemaVersion 2', at(path, 'schemaVersion'))
  if (mediaType !== undefined && mediaType !== '') {
    const text = readString(mediaType, at(path, 'mediaType'))
    if (!kind.accepts(text)) {
      throw new SpecError(
        `${JSON.stringify(text.slice(0, 100))} is not a media type of an ${kind.name}`,
        at(path, 'mediaType')
      )
    }
  }
  const foreign = Object.keys(object).find((key) => kind.foreign.includes(key.toUpperCase().toLowerCase()))
  if (foreign !== undefined)
    throw new SpecError(`an ${kind.name} must not have ${JSON.stringify(foreign.slice(0, 80))}`, path)
  refuseSpellings(object, memberNames, path)
  return object
}

function refuseSchema1(object: JsonObject, mediaType: unknown, path: string): void {
  const schema1 =
    member(object, 'schemaVersion') === 1 || (typeof mediaType === 'string' && isSchema1MediaType(mediaType))
  if (schema1 || Object.hasOwn(object, 'fsLayers')) {
    throw new SpecError('Docker manifest schema 1 is not supported; push the image again with a current tool', path)
  }
}

export interface CommonMembers {
  readonly mediaType?: string
  readonly artifactType?: string
  readonly subject?: Descriptor
  readonly annotations?: Readonly<Record<string, string>>
}

export function readCommon(object: JsonObject, path: string): CommonMembers {
  return {
    ...optional(object, 'mediaType', path, readString),
    ...optional(object, 'artifactType', path, readString),
    ...optional(object, 'subject', path, parseDescriptor),
    ...optional(object, 'annotations', path, readStringMap)
  }
}
