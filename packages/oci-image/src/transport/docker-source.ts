import {
  type CallOptions,
  EngineError,
  isEngineError,
  type ProgressOptions,
  type PullProgress,
  type TransferRequest
} from '@runcible/interface'
import type { Descriptor, Digest } from '@runcible/oci-spec'
import { type Endpoint, pullEndpoints } from '../endpoints.ts'
import type { OciImageStoreInit } from '../init.ts'
import { openRegistry } from '../open-registry.ts'
import { formatReference, type QualifiedReference, referenceTarget } from '../reference.ts'
import type { RegistryClient } from '../registry/client.ts'
import type { ImageSource } from './image-source.ts'
import { verified } from './stored-blob.ts'

export interface DockerSourceInit {
  readonly init: OciImageStoreInit
  readonly reference: QualifiedReference
  readonly request?: TransferRequest
  /** `signal` ends every request of the source. */
  readonly options?: ProgressOptions<PullProgress>
}

/** An image at one place, which may be a mirror. */
export function endpointSource(source: DockerSourceInit, endpoint: Endpoint): ImageSource {
  const { init, reference, request = {}, options = {} } = source
  const { repository } = endpoint
  const name = `docker://${formatReference(reference)}`
  let opened: RegistryClient | undefined
  const client = (): RegistryClient => (opened ??= openRegistry(init, endpoint, request, options))
  const { registriesDirectory } = request
  const image = () => ({ init, reference, endpoint, client: client(), registriesDirectory })
  return {
    transport: 'docker',
    name,
    reference,
    manifest: async (digest) => client().manifest(repository, digest ?? referenceTarget(reference)),
    blob(descriptor, range = {}) {
      const { offset = 0, length = descriptor.size, verify = true } = range
      const bytes = client().blob(repository, descriptor, { offset, length })
      return verify && offset === 0 && length >= descriptor.size ? verified(descriptor, bytes, name) : bytes
    },
    download: async (request) => client().download(repository, request),
    signatures: async (digest, call) => (await init.signatures?.read(image(), digest, call)) ?? [],
    async [Symbol.asyncDispose]() {
      await opened?.[Symbol.asyncDispose]()
      opened = undefined
    }
  }
}

/** `docker://NAME`: from the first place that has it, mirrors before the registry itself. */
export function dockerSource(source: DockerSourceInit): ImageSource {
  const { init, reference, options = {} } = source
  let chosen: ImageSource | undefined
  const first = async (digest: Digest | undefined, call: CallOptions) => {
    for (const endpoint of pullEndpoints(init, reference)) {
      const place = endpointSource(source, endpoint)
      try {
        const manifest = await place.manifest(digest, call)
        chosen = place
        return manifest
      } catch (error) {
        await place[Symbol.asyncDispose]()
        if (!endpoint.isMirror || !isEngineError(error) || error.code === 'aborted') throw error
        options.onProgress?.({ type: 'message', text: `${error.message}; trying the next place` })
      }
    }
    throw new EngineError('internal', `no place to get ${formatReference(reference)} from`)
  }
  const place = async (call: CallOptions): Promise<ImageSource> => {
    if (chosen === undefined) await first(undefined, call)
    return chosen as ImageSource
  }
  return {
    transport: 'docker',
    name: `docker://${formatReference(reference)}`,
    reference,
    manifest: async (digest, call = {}) => (chosen === undefined ? first(digest, call) : chosen.manifest(digest, call)),
    async *blob(descriptor: Descriptor, call = {}) {
      yield* (await place(call)).blob(descriptor, call)
    },
    download: async (request, call = {}) => (await place(call)).download(request, call),
    signatures: async (digest, call = {}) => (await place(call)).signatures(digest, call),
    [Symbol.asyncDispose]: async () => chosen?.[Symbol.asyncDispose]()
  }
}
