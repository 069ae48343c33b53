import type { EngineError } from '@runcible/interface'
import { digestOf, ociMediaTypes } from '@runcible/oci-spec'
import type { Carrier, Forged } from './carriers.ts'
import {
  config,
  configBytes,
  flipped,
  forged,
  image,
  layer,
  listed,
  manifest,
  nested,
  other,
  withBlob,
  withConfig
} from './forged.ts'

/** An image that must not be taken, and how it is refused. */
export interface Flaw {
  readonly name: string
  readonly image: () => Forged
  readonly code: EngineError['code']
  /** What the message must say: the blob, or what is wrong with the description. */
  readonly says: string | RegExp
  /** Places that cannot have it: there a digest is not what finds a thing. */
  readonly notIn?: readonly Carrier[]
  /** A copy does not look into configs and indexes of others: it must only not make something else of it. */
  readonly copies?: true
}

const deep = `{"schemaVersion":2,"x":${'['.repeat(40)}${']'.repeat(40)}}`
export const flaws: readonly Flaw[] = [
  {
    name: 'a layer with a flipped bit',
    image: () => forged(manifest, withBlob(layer.digest, flipped(image.blobs.get(layer.digest)!))),
    code: 'corrupt',
    says: layer.digest
  },
  {
    name: 'a layer that is too short',
    image: () => forged(manifest, withBlob(layer.digest, image.blobs.get(layer.digest)!.subarray(0, 700))),
    code: 'corrupt',
    says: layer.digest
  },
  {
    name: 'a layer that is too long',
    image: () =>
      forged(manifest, withBlob(layer.digest, Buffer.concat([image.blobs.get(layer.digest)!, Buffer.alloc(512)]))),
    code: 'corrupt',
    says: layer.digest
  },
  {
    name: 'a layer that is empty',
    image: () => forged(manifest, withBlob(layer.digest, Buffer.alloc(0))),
    code: 'corrupt',
    says: layer.digest
  },
  {
    name: 'a layer of another size than stated',
    image: () => forged({ ...manifest, layers: [{ ...layer, size: layer.size + 1 }, manifest.layers[1]] }),
    code: 'corrupt',
    says: layer.digest
  },
  {
    name: 'a layer of a stated size without end',
    image: () => forged({ ...manifest, layers: [{ ...layer, size: Number.MAX_SAFE_INTEGER }, manifest.layers[1]] }),
    code: 'corrupt',
    says: layer.digest
  },
  {
    name: 'a layer that is not there',
    image: () => forged(manifest, new Map([...image.blobs].filter(([digest]) => digest !== layer.digest))),
    code: 'not-found',
    says: layer.digest
  },
  {
    name: 'a config with a flipped bit',
    image: () => forged(manifest, withBlob(image.config.digest, flipped(configBytes))),
    code: 'corrupt',
    says: image.config.digest
  },
  {
    name: 'a config of another size than stated',
    image: () => forged({ ...manifest, config: { ...manifest.config, size: manifest.config.size - 1 } }),
    code: 'corrupt',
    says: image.config.digest
  },
  {
    name: 'a config that is not there',
    image: () => forged(manifest, new Map([...image.blobs].filter(([digest]) => digest !== image.config.digest))),
    code: 'not-found',
    says: image.config.digest
  },
  {
    name: 'a config of more layers',
    image: () =>
      withConfig({ ...config, rootfs: { type: 'layers', diff_ids: [...config.rootfs.diff_ids, digestOf('x')] } }),
    code: 'corrupt',
    says: /2 layers but its config names 3/,
    copies: true
  },
  {
    name: 'a config of no layers',
    image: () => withConfig({ ...config, rootfs: { type: 'layers', diff_ids: [] } }),
    code: 'corrupt',
    says: /2 layers but its config names 0/,
    copies: true
  },
  {
    name: 'a config of other layers',
    image: () =>
      withConfig({ ...config, rootfs: { type: 'layers', diff_ids: [...config.rootfs.diff_ids].toReversed() } }),
    code: 'corrupt',
    says: layer.digest,
    copies: true
  },
  {
    name: 'a config that is no JSON',
    image: () => withConfig(Buffer.from('\u001b[2Jno')),
    code: 'corrupt',
    says: /not valid JSON/,
    copies: true
  },
  {
    name: 'a config of a million brackets',
    image: () => withConfig(Buffer.from('['.repeat(1_000_000))),
    code: 'corrupt',
    says: /nested deeper/,
    copies: true
  },
  {
    name: 'a config of 9 MiB',
    image: () => withConfig(Buffer.alloc(9 << 20, ' ')),
    code: 'corrupt',
    says: /limit of 8 MiB/,
    copies: true
  },
  {
    name: 'the layers of another image',
    image: () => forged({ ...manifest, layers: other.layers }, new Map([...image.blobs, ...other.blobs])),
    code: 'corrupt',
    says: other.layers[0]!.digest,
    copies: true
  },
  {
    name: 'a manifest that is no JSON',
    image: () => forged(Buffer.from('<html>')),
    code: 'corrupt',
    says: /not valid JSON/
  },
  {
    name: 'a manifest that is nested too deep',
    image: () => forged(Buffer.from(deep)),
    code: 'corrupt',
    says: /nested deeper/
  },
  {
    name: 'a manifest of 4 MiB and a byte',
    image: () => forged(Buffer.alloc((4 << 20) + 1, ' ')),
    code: 'corrupt',
    says: /4 MiB/
  },
  {
    name: 'a manifest that is an index as well',
    image: () => forged({ ...manifest, manifests: [image.descriptor] }),
    code: 'corrupt',
    says: /must not have "manifests"/
  },
  {
    name: 'an index that is a manifest as well',
    image: () =>
      forged(
        { ...manifest, mediaType: ociMediaTypes.index, manifests: [image.descriptor] },
        image.blobs,
        ociMediaTypes.index
      ),
    code: 'corrupt',
    says: /must not have "(?:config|layers)"/
  },
  {
    name: 'a manifest that is sent as an index',
    image: () => forged({ ...manifest, mediaType: ociMediaTypes.manifest }, image.blobs, ociMediaTypes.index),
    code: 'corrupt',
    says: /is not a media type of an image index/,
    notIn: ['dir']
  },
  {
    name: 'an index that is sent as a manifest',
    image: () => forged({ schemaVersion: 2, mediaType: ociMediaTypes.index, manifests: [] }),
    code: 'corrupt',
    says: /is not a media type of an image manifest/,
    notIn: ['dir']
  },
  {
    name: 'an index of nothing',
    image: () =>
      forged({ schemaVersion: 2, mediaType: ociMediaTypes.index, manifests: [] }, image.blobs, ociMediaTypes.index),
    code: 'corrupt',
    says: /is empty/
  },
  {
    name: 'an index whose manifest has a flipped bit',
    image: () => listed({}, image, flipped(image.manifest)),
    code: 'corrupt',
    says: image.descriptor.digest
  },
  {
    name: 'an index that states another size',
    image: () => listed({ size: image.manifest.length + 1 }),
    code: 'corrupt',
    says: image.descriptor.digest
  },
  {
    name: 'an index that states a size without end',
    image: () => listed({ size: Number.MAX_SAFE_INTEGER }),
    code: 'corrupt',
    says: image.descriptor.digest
  },
  { name: 'an index whose manifest is an index', image: () => nested(2), code: 'unsupported', says: /index/ },
  { name: 'indexes in indexes', image: () => nested(40), code: 'unsupported', says: /index/ },
  {
    name: 'an index that lists a layer as its manifest',
    image: () => listed({ digest: layer.digest, size: layer.size }, image, image.blobs.get(layer.digest)!),
    code: 'corrupt',
    says: /not valid|UTF-8|MiB/
  },
  {
    name: '501 layers',
    image: () => forged({ ...manifest, layers: Array.from({ length: 501 }, () => layer) }),
    code: 'unsupported',
    says: /501 layers/
  },
  {
    name: 'a digest that leads elsewhere',
    image: () =>
      forged({ ...manifest, layers: [{ ...layer, digest: 'sha256:../../../etc/passwd' }, manifest.layers[1]] }),
    code: 'corrupt',
    says: /\/layers\/0\/digest/
  },
  {
    name: 'a digest in capitals',
    image: () =>
      forged({
        ...manifest,
        layers: [{ ...layer, digest: layer.digest.toUpperCase().replace('SHA', 'sha') }, manifest.layers[1]]
      }),
    code: 'corrupt',
    says: /\/layers\/0\/digest/
  },
  {
    name: 'another kind of layer',
    image: () =>
      forged({ ...manifest, layers: [{ ...layer, mediaType: 'application/vnd.example.layer' }, manifest.layers[1]] }),
    code: 'unsupported',
    says: /vnd\.example\.layer/,
    copies: true
  },
  {
    name: 'control characters in the media type',
    image: () => forged({ ...manifest, config: { ...manifest.config, mediaType: 'application/\u001b[2Jx' } }),
    code: 'corrupt',
    says: /\/config\/mediaType/
  }
]
