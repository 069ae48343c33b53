import { orderedDescriptor, present, sorted } from './encode-descriptor.ts'
import type { Manifest } from './manifest.ts'

/** The bytes of a manifest, members in the order of the specification. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  const { schemaVersion, mediaType, artifactType, config, layers, subject, annotations } = manifest
  const document = present({
    schemaVersion,
    mediaType,
    artifactType,
    config: orderedDescriptor(config),
    layers: layers.map(orderedDescriptor),
    subject: subject && orderedDescriptor(subject),
    annotations: sorted(annotations)
  })
  return new TextEncoder().encode(JSON.stringify(document))
}
