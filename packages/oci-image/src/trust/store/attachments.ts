import { EngineError, isEngineError } from '@runcible/interface'
import {
  type Descriptor,
  type Digest,
  digestAlgorithm,
  digestHex,
  digestOf,
  jsonLimits,
  type Manifest,
  ociMediaTypes,
  parseJson,
  parseManifest
} from '@runcible/oci-spec'
import type { UploadRequest } from '../../registry/upload.ts'
import type { ImageSignature } from '../signature.ts'
import { signatureLimits } from '../signature-file.ts'
import type { RegistryImage } from '../signature-store.ts'

type SigstoreSignature = ImageSignature & { readonly kind: 'sigstore' }

/** The tag under which cosign keeps the signatures of an image: `sha256-HEX.sig`. */
export const attachmentTag = (digest: Digest): string => `${digestAlgorithm(digest)}-${digestHex(digest)}.sig`

/** Signatures kept in the registry, each a layer of an image beside the signed one. */
export async function readAttachments(image: RegistryImage, digest: Digest): Promise<readonly ImageSignature[]> {
  const manifest = await signatureManifest(image, digest)
  const found: ImageSignature[] = []
  for (const layer of manifest?.layers ?? []) {
    found.push({
      kind: 'sigstore',
      mediaType: layer.mediaType,
      payload: await readLayer(image, layer),
      annotations: layer.annotations ?? {}
    })
  }
  return found
}

async function signatureManifest({ client, endpoint }: RegistryImage, digest: Digest): Promise<Manifest | undefined> {
  try {
    const { bytes } = await client.manifest(endpoint.repository, attachmentTag(digest))
    const manifest = parseManifest(parseJson(bytes, jsonLimits.manifest))
    if (manifest.layers.length <= signatureLimits.count) return manifest
  } catch (error) {
    if (isEngineError(error, 'not-found')) return undefined
    if (isEngineError(error)) throw error
    throw new EngineError(
      'corrupt',
      `the signatures ${attachmentTag(digest)} of ${endpoint.repository} are no image manifest`,
      {
        cause: error
      }
    )
  }
  throw new EngineError(
    'corrupt',
    `${attachmentTag(digest)} of ${endpoint.repository} has more than ${signatureLimits.count} signatures`
  )
}

async function readLayer({ client, endpoint }: RegistryImage, layer: Descriptor): Promise<Buffer> {
  const subject = { kind: 'blob', name: layer.digest } as const
  if (layer.size > signatureLimits.bytes)
    throw new EngineError('corrupt', `the signature ${layer.digest} is longer than 4 MiB`, { subject })
  const chunks: Uint8Array[] = []
  for await (const chunk of client.blob(endpoint.repository, layer)) chunks.push(chunk)
  const bytes = Buffer.concat(chunks)
  if (digestOf(bytes, digestAlgorithm(layer.digest)) === layer.digest) return bytes
  throw new EngineError('corrupt', `the signature ${layer.digest} does not have its digest`, { subject })
}

/** Adds signatures that are not there yet to those that are. */
export async function writeAttachments(
  image: RegistryImage,
  digest: Digest,
  signatures: readonly SigstoreSignature[]
): Promise<void> {
  const { client, endpoint } = image
  const there = await signatureManifest(image, digest)
  const layers = [...(there?.layers ?? [])]
  for (const { mediaType, payload, annotations } of signatures) {
    const descriptor = { mediaType, digest: digestOf(payload), size: payload.length, annotations }
    if (layers.some((layer) => layer.digest === descriptor.digest && sameTexts(layer.annotations ?? {}, annotations)))
      continue
    await upload(image, descriptor, payload)
    layers.push(descriptor)
  }
  const config = Buffer.from(
    JSON.stringify({
      architecture: '',
      os: '',
      config: {},
      rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) }
    })
  )
  const configDescriptor = { mediaType: ociMediaTypes.config, digest: digestOf(config), size: config.length }
  await upload(image, configDescriptor, config)
  const mediaType = ociMediaTypes.manifest
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config: configDescriptor, layers }))
  await client.putManifest(endpoint.repository, attachmentTag(digest), { bytes, mediaType, digest: digestOf(bytes) })
}

async function upload({ client, endpoint }: RegistryImage, descriptor: Descriptor, bytes: Uint8Array): Promise<void> {
  const read: UploadRequest['read'] = async function* (offset, length) {
    yield bytes.subarray(offset, offset + length)
  }
  await client.upload(endpoint.repository, { descriptor, read, chunkSize: signatureLimits.bytes })
}

const sameTexts = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean =>
  Object.keys(one).length === Object.keys(other).length &&
  Object.entries(one).every(([key, value]) => other[key] === value)
