import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { json } from '@sigstore/core'
import { digestOf } from '@runcible/oci-spec'
import type { ImageSource } from '../../../src/transport/image-source.ts'
import { normalizeReference } from '../../../src/reference.ts'
import type { FetchedManifest } from '../../../src/registry/manifests.ts'
import { writeClaim } from '../../../src/trust/claim.ts'
import type { ImageSignature } from '../../../src/trust/signature.ts'
import { annotationKeys, claimMediaType } from '../../../src/trust/sigstore/annotations.ts'

export const manifestOf = (text: string): FetchedManifest => {
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: manifestType, text }))
  return { bytes, digest: digestOf(bytes), mediaType: manifestType }
}
const manifestType = 'application/vnd.oci.image.manifest.v1+json'

/** A source that has nothing but signatures. */
export function signedSource(
  name: string,
  signatures: Readonly<Record<string, readonly ImageSignature[]>>
): ImageSource {
  const none = () => {
    throw new Error('a policy needs no content')
  }
  return {
    transport: 'docker',
    name: `docker://${name}`,
    reference: normalizeReference(name),
    manifest: none,
    blob: none,
    download: none,
    signatures: async (digest) => signatures[digest] ?? [],
    [Symbol.asyncDispose]: async () => {}
  }
}

export interface Log {
  readonly publicKey: string
  /** The annotation that promises an entry. */
  entry(init: EntryInit): string
}

export interface EntryInit {
  readonly payload: Uint8Array
  readonly signature: Uint8Array
  /** PEM of the certificate or key. */
  readonly signer: string
  /** Seconds. */
  readonly time?: number
  /** Changes the body before it is listed. */
  readonly change?: (body: EntryBody) => void
}

export interface EntryBody {
  apiVersion: string
  kind: string
  spec: {
    data: { hash: { algorithm: string; value: string } }
    signature: { content: string; publicKey: { content: string } }
  }
}

/** A transparency log that promises whatever it is asked to. */
export function testLog(): Log {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return {
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    entry({ payload, signature, signer, time = 1_780_000_000, change }) {
      const body: EntryBody = {
        apiVersion: '0.0.1',
        kind: 'hashedrekord',
        spec: {
          data: { hash: { algorithm: 'sha256', value: createHash('sha256').update(payload).digest('hex') } },
          signature: {
            content: Buffer.from(signature).toString('base64'),
            publicKey: { content: Buffer.from(signer).toString('base64') }
          }
        }
      }
      change?.(body)
      const Payload = {
        body: Buffer.from(JSON.stringify(body)).toString('base64'),
        integratedTime: time,
        logIndex: 7,
        logID: createHash('sha256')
          .update(
            createPublicKey(publicKey.export({ type: 'spki', format: 'pem' })).export({ type: 'spki', format: 'der' })
          )
          .digest('hex')
      }
      const promise = sign('sha256', Buffer.from(json.canonicalize(Payload)), privateKey)
      return JSON.stringify({ SignedEntryTimestamp: promise.toString('base64'), Payload })
    }
  }
}

export interface MadeSignature {
  readonly payload: Buffer
  readonly signature: Buffer
  readonly found: ImageSignature & { readonly kind: 'sigstore' }
}

export function sigstoreSignature(
  key: KeyObject,
  { manifest, name }: { readonly manifest: FetchedManifest; readonly name: string },
  annotations: (made: Omit<MadeSignature, 'found'>) => Readonly<Record<string, string>> = () => ({})
): MadeSignature {
  const payload = writeClaim('sigstore', { digest: manifest.digest, identity: normalizeReference(name) })
  const signature = sign(key.asymmetricKeyType === 'ed25519' ? null : 'sha256', payload, key)
  const found = {
    kind: 'sigstore',
    mediaType: claimMediaType,
    payload,
    annotations: { [annotationKeys.signature]: signature.toString('base64'), ...annotations({ payload, signature }) }
  } as const
  return { payload, signature, found }
}
