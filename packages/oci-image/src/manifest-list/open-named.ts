import {
  EngineError,
  isEngineError,
  type ProgressOptions,
  type PullProgress,
  type TransferRequest
} from '@runcible/interface'
import { findImage } from '../find-image.ts'
import { shortNames, type StoreContext } from '../init.ts'
import { registryCandidates } from '../short-names.ts'
import { dockerSource } from '../transport/docker-source.ts'
import type { ImageSource } from '../transport/image-source.ts'
import { openStoreSource } from '../transport/open-source.ts'
import { parseTransport, transportOf } from '../transport/parse-transport.ts'
import { storeSource } from '../transport/store-source.ts'

/**
 * The image of that name: of this store when it is here, else of the first registry that has it; or of the place that
 * its transport says. Opened means that its manifest was read.
 */
export async function openNamed(
  context: StoreContext,
  name: string,
  request: TransferRequest = {},
  options: ProgressOptions<PullProgress> = {}
): Promise<ImageSource> {
  const transport = transportOf(name)
  if (transport !== undefined && transport !== 'docker')
    return openStoreSource(context, parseTransport(name), request, options)
  if (transport === undefined && findImage(context, name) !== undefined) return storeSource(context, name)
  return await openAtRegistry(context, transport === 'docker' ? name.slice('docker://'.length) : name, request, options)
}

/** The image at the first registry that has it. */
export async function openAtRegistry(
  { init }: Pick<StoreContext, 'init'>,
  name: string,
  request: TransferRequest = {},
  options: ProgressOptions<PullProgress> = {}
): Promise<ImageSource> {
  const failures: EngineError[] = []
  const candidates = registryCandidates(name, shortNames(init))
  for (const reference of candidates) {
    const source = dockerSource({ init, reference, request, options })
    try {
      await source.manifest(undefined, options)
      return source
    } catch (error) {
      await source[Symbol.asyncDispose]()
      if (!isEngineError(error) || candidates.length === 1 || error.code === 'aborted') throw error
      failures.push(error)
    }
  }
  throw new EngineError(
    failures[0]?.code ?? 'not-found',
    `no registry has ${name}: ${failures.map(({ message }) => message).join('; ')}`,
    {
      subject: { kind: 'image', name },
      hint: 'write the full name, with its registry'
    }
  )
}
