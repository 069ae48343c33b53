import {
  type CallOptions,
  EngineError,
  type ProgressOptions,
  type PushProgress,
  type TransferRequest
} from '@runcible/interface'
import type { Digest } from '@runcible/oci-spec'
import { pushEndpoint } from '../endpoints.ts'
import type { OciImageStoreInit } from '../init.ts'
import { openRegistry } from '../open-registry.ts'
import { formatReference, type QualifiedReference, referenceTarget } from '../reference.ts'
import type { RegistryClient } from '../registry/client.ts'
import type { FetchedManifest } from '../registry/manifests.ts'
import type { ImageSignature } from '../trust/signature.ts'
import type { ImageSink } from './image-sink.ts'

export interface DockerSinkInit {
  readonly init: OciImageStoreInit
  readonly reference: QualifiedReference
  readonly request?: TransferRequest
  /** `signal` ends every request of the sink. */
  readonly options?: ProgressOptions<PushProgress>
}

/** `docker://NAME`: the repository of a registry. The name appears with its manifest, which comes last. */
export function dockerSink({ init, reference, request = {}, options = {} }: DockerSinkInit): ImageSink {
  const endpoint = pushEndpoint(init, reference)
  const { repository } = endpoint
  const { registriesDirectory } = request
  const name = `docker://${formatReference(reference)}`
  let opened: RegistryClient | undefined
  const client = (): RegistryClient => (opened ??= openRegistry(init, endpoint, request, options))
  const pending: { readonly digest: Digest; readonly signatures: readonly ImageSignature[] }[] = []
  let top: FetchedManifest | undefined
  const writeSignatures = async (call: CallOptions | undefined): Promise<void> => {
    for (const { digest, signatures } of pending.splice(0)) {
      const image = { init, reference, endpoint, client: client(), registriesDirectory }
      await init.signatures?.write(image, digest, signatures, call)
    }
  }
  return {
    transport: 'docker',
    name,
    reference,
    abilities: {
      indexes: true,
      manifests: ['oci', 'docker'],
      layers: 'any',
      signatures: init.signatures !== undefined
    },
    hasBlob: (descriptor) => client().hasBlob(repository, descriptor),
    putBlob: (upload) => client().upload(repository, upload),
    async putManifest(manifest, { isTop }) {
      if (isTop) top = manifest
      else await client().putManifest(repository, manifest.digest, manifest)
    },
    async putSignatures(digest, signatures) {
      if (init.signatures === undefined)
        throw new EngineError('unsupported', `no place for the signatures of ${name} is configured`)
      pending.push({ digest, signatures })
    },
    async commit(call) {
      if (top === undefined) throw new EngineError('internal', `nothing was written to ${name}`)
      // Whoever reads the name from now on finds the signatures too.
      await writeSignatures(call)
      const target = reference.digest === undefined ? referenceTarget(reference) : top.digest
      await client().putManifest(repository, target, top)
    },
    async [Symbol.asyncDispose]() {
      await opened?.[Symbol.asyncDispose]()
      opened = undefined
    }
  }
}
