import { EngineError, type SignaturePlaces } from '@runcible/interface'
import { normalizeReference } from '../reference.ts'
import type { RegistryImage, SignatureStore } from './signature-store.ts'

export interface RegistrySignaturesInit {
  /** containers-registries.d(5), or the one given; read when a signature is looked for or written. */
  readonly places: (registriesDirectory?: string) => Promise<SignaturePlaces>
}

/** Signatures of registries' images where registries.d says: beside the registry, and in it. */
export function registrySignatures(init: RegistrySignaturesInit): SignatureStore {
  const placesOf = async ({ endpoint, reference, registriesDirectory }: RegistryImage) => {
    const { placesFor } = await import('./store/places.ts')
    const { registry, repository } = endpoint
    // A mirror has places of its own.
    return placesFor(await init.places(registriesDirectory), normalizeReference({ ...reference, registry, repository }))
  }
  return {
    async read(image, digest, options) {
      const [places, { readLookaside }] = await Promise.all([placesOf(image), import('./store/lookaside.ts')])
      const beside = await readLookaside(places.read, digest, options)
      if (!places.attachments) return beside
      const { readAttachments } = await import('./store/attachments.ts')
      return [...beside, ...(await readAttachments(image, digest))]
    },
    async write(image, digest, signatures) {
      const places = await placesOf(image)
      const attached = signatures.filter((signature) => signature.kind === 'sigstore')
      const beside = signatures.filter((signature) => signature.kind === 'simple')
      if (attached.length > 0 && !places.attachments) {
        throw new EngineError('unsupported', `sigstore signatures may not be written to ${image.endpoint.registry}`, {
          subject: { kind: 'registry', name: image.endpoint.registry },
          hint: 'set use-sigstore-attachments: true for it in registries.d'
        })
      }
      if (beside.length > 0) await (await import('./store/lookaside.ts')).writeLookaside(places.write, digest, beside)
      if (attached.length > 0) await (await import('./store/attachments.ts')).writeAttachments(image, digest, attached)
    }
  }
}
