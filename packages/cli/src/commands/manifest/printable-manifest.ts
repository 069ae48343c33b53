import { EngineError, type InspectedManifest } from '@runcible/interface'
import {
  type Descriptor,
  isIndexMediaType,
  jsonLimits,
  parseIndex,
  parseJson,
  type Platform,
  SpecError
} from '@runcible/oci-spec'

export interface PrintableManifest {
  readonly document: unknown
  readonly isIndex: boolean
}

/** A list with the members of an entry in Podman's order; another manifest as it is. */
export function printableManifest({ bytes, mediaType, digest }: InspectedManifest): PrintableManifest {
  try {
    const parsed = parseJson(bytes, jsonLimits.manifest)
    if (!isIndexMediaType(mediaType)) return { document: parsed, isIndex: false }
    const { artifactType, manifests, subject, annotations } = parseIndex(parsed)
    const document = {
      schemaVersion: 2,
      mediaType,
      ...(artifactType === undefined ? {} : { artifactType }),
      manifests: manifests.length === 0 ? null : manifests.map(printableEntry),
      ...(subject === undefined ? {} : { subject: printableEntry(subject) }),
      ...(annotations === undefined ? {} : { annotations })
    }
    return { document, isIndex: true }
  } catch (cause) {
    if (!(cause instanceof SpecError)) throw cause
    throw new EngineError('corrupt', `the manifest ${digest} is wrong: ${cause.message}`, {
      subject: { kind: 'blob', name: digest },
      cause
    })
  }
}

function printableEntry({
  mediaType,
  size,
  digest,
  urls,
  platform,
  annotations,
  artifactType,
  data
}: Descriptor): object {
  return {
    mediaType,
    size,
    digest,
    ...(urls === undefined ? {} : { urls }),
    ...(platform === undefined ? {} : { platform: printablePlatform(platform) }),
    ...(annotations === undefined ? {} : { annotations }),
    ...(artifactType === undefined ? {} : { artifactType }),
    ...(data === undefined ? {} : { data })
  }
}

function printablePlatform({ architecture, os, variant, features, ...others }: Platform): object {
  const [version, osFeatures] = [others['os.version'], others['os.features']]
  return {
    architecture,
    os,
    ...(version === undefined ? {} : { 'os.version': version }),
    ...(osFeatures === undefined ? {} : { 'os.features': osFeatures }),
    ...(variant === undefined ? {} : { variant }),
    ...(features === undefined ? {} : { features })
  }
}
