import { randomImage, type TestImage, testIndexOf } from '@runcible/fixtures'
import { type Descriptor, type Digest, digestOf, hostPlatform, ociMediaTypes } from '@runcible/oci-spec'
import { type Forged, manifestOf } from './carriers.ts'

/** What every forged image is made of. */
export const image = randomImage({ layers: 2, compression: 'none' })
export const other = randomImage({ layers: 2, compression: 'none' })
export const manifest = JSON.parse(image.manifest.toString()) as {
  config: Descriptor
  layers: readonly [Descriptor, Descriptor]
}
export const [layer] = manifest.layers
export const configBytes = image.blobs.get(image.config.digest) as Buffer
export const config = JSON.parse(configBytes.toString()) as { rootfs: { diff_ids: readonly string[] } }

type Made = ReturnType<typeof manifestOf>
type Manifests = Map<string, { bytes: Buffer; mediaType: string }>

export function forged(
  document: object | Buffer = manifest,
  blobs: ReadonlyMap<string, Buffer> = image.blobs,
  mediaType: string = ociMediaTypes.manifest
): Forged {
  const { bytes, descriptor } = manifestOf(document, mediaType)
  const manifests: Manifests = new Map([[descriptor.digest, { bytes, mediaType }]])
  return { top: descriptor, manifests, blobs }
}

export const withBlob = (digest: Digest, bytes: Buffer): ReadonlyMap<string, Buffer> =>
  new Map<string, Buffer>([...image.blobs, [digest, bytes]])
export const flipped = (bytes: Buffer): Buffer => {
  const copy = Buffer.from(bytes)
  copy[copy.length >> 1]! ^= 1
  return copy
}

/** The same manifest with another config, whose blob is there. */
export function withConfig(document: object | Buffer): Forged {
  const bytes = Buffer.isBuffer(document) ? document : Buffer.from(JSON.stringify(document))
  const descriptor = { ...manifest.config, digest: digestOf(bytes), size: bytes.length }
  return forged({ ...manifest, config: descriptor }, withBlob(descriptor.digest, bytes))
}

/** An index that holds an index that holds … the image. */
export function nested(depth: number): Forged {
  let inner: Made = manifestOf(manifest, ociMediaTypes.manifest)
  const manifests: Manifests = new Map()
  manifests.set(inner.descriptor.digest, inner)
  for (let level = 0; level < depth; level++) {
    const entry = { ...inner.descriptor, platform: hostPlatform() }
    inner = manifestOf({ schemaVersion: 2, mediaType: ociMediaTypes.index, manifests: [entry] }, ociMediaTypes.index)
    manifests.set(inner.descriptor.digest, inner)
  }
  return { top: inner.descriptor, manifests, blobs: image.blobs }
}

/** An index whose entry is the image, with something of the entry changed. */
export function listed(change: Partial<Descriptor>, from: TestImage = image, bytes: Buffer = from.manifest): Forged {
  const index = testIndexOf([{ image: from, platform: hostPlatform() }])
  const document = JSON.parse(index.manifest.toString()) as { manifests: object[] }
  document.manifests[0] = { ...document.manifests[0], ...change }
  const top = manifestOf(document, ociMediaTypes.index)
  const entry = { ...from.descriptor, ...change }
  const manifests: Manifests = new Map()
  manifests.set(top.descriptor.digest, top)
  manifests.set(entry.digest, { bytes, mediaType: entry.mediaType })
  return { top: top.descriptor, manifests, blobs: from.blobs }
}
