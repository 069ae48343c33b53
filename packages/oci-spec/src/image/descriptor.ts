import { type Digest, parseDigest } from '../digest.ts'
import type { Platform } from '../platform.ts'
import {
  at,
  member,
  optional,
  readCount,
  readObject,
  readString,
  readStringMap,
  readStrings,
  refuseSpellings
} from '../read.ts'
import { SpecError } from '../spec-error.ts'

/** A reference to content by digest. OCI image specification, "Content Descriptors". */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: Digest
  /** Bytes of the content. */
  readonly size: number
  readonly urls?: readonly string[]
  readonly annotations?: Readonly<Record<string, string>>
  /** The content itself, base64. */
  readonly data?: string
  readonly artifactType?: string
  readonly platform?: Platform
}

const memberNames = new Set(['mediaType', 'digest', 'size', 'urls', 'annotations', 'data', 'artifactType', 'platform'])

/**
 * A descriptor from unknown JSON. Unknown members are left out.
 *
 * @throws SpecError when the digest, the size or a member's type is wrong.
 */
export function parseDescriptor(value: unknown, path = ''): Descriptor {
  const object = readObject(value, path)
  refuseSpellings(object, memberNames, path)
  const mediaType = readString(member(object, 'mediaType'), at(path, 'mediaType'))
  if (!mediaTypeSyntax.test(mediaType))
    throw new SpecError('expected a media type like type/subtype', at(path, 'mediaType'))
  return {
    mediaType,
    digest: parseDigest(member(object, 'digest'), at(path, 'digest')),
    size: readCount(member(object, 'size'), at(path, 'size')),
    ...optional(object, 'urls', path, readStrings),
    ...optional(object, 'annotations', path, readStringMap),
    ...optional(object, 'data', path, readString),
    ...optional(object, 'artifactType', path, readString),
    ...readPlatform(member(object, 'platform'), at(path, 'platform'))
  }
}

// RFC 6838, section 4.2. Files of artifacts get types with a parameter from some tools: `text/plain; charset=utf-8`.
const mediaTypeSyntax =
  /^[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}(?:; ?[A-Za-z0-9-]{1,64}=[A-Za-z0-9_.-]{1,64}){0,4}$/

// Some builders write an empty platform; it says nothing and is left out.
function readPlatform(value: unknown, path: string): { readonly platform?: Platform } {
  if (value === undefined) return {}
  const object = readObject(value, path)
  const os = member(object, 'os') ?? ''
  const architecture = member(object, 'architecture') ?? ''
  if (os === '' && architecture === '') return {}
  return {
    platform: {
      os: readString(os, at(path, 'os')),
      architecture: readString(architecture, at(path, 'architecture')),
      ...optional(object, 'variant', path, readString),
      ...optional(object, 'os.version', path, readString),
      ...optional(object, 'os.features', path, readStrings),
      ...optional(object, 'features', path, readStrings)
    }
  }
}
