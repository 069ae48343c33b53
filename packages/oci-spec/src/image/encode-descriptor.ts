import type { Platform } from '../platform.ts'
import type { Descriptor } from './descriptor.ts'

/** A descriptor in the order of members that other tools write: equal content gets equal digests. */
export function orderedDescriptor(descriptor: Descriptor): object {
  const { mediaType, digest, size, urls, annotations, data, platform, artifactType } = descriptor
  return present({
    mediaType,
    digest,
    size,
    urls,
    annotations: sorted(annotations),
    data,
    platform: platform && orderedPlatform(platform),
    artifactType
  })
}

function orderedPlatform(platform: Platform): object {
  const { architecture, os, variant, features } = platform
  const [version, osFeatures] = [platform['os.version'], platform['os.features']]
  return present({ architecture, os, 'os.version': version, 'os.features': osFeatures, variant, features })
}

/** Without members that say nothing. */
export function present(object: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}

export function sorted(
  annotations: Readonly<Record<string, string>> | undefined
): Readonly<Record<string, string>> | undefined {
  const entries = Object.entries(annotations ?? {})
  if (entries.length === 0) return undefined
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)))
}
