import {
  EngineError,
  isEngineError,
  type ProgressOptions,
  type PullProgress,
  type ResolvedImage,
  type TransferRequest
} from '@runcible/interface'
import { type Endpoint, pullEndpoints } from './endpoints.ts'
import { shortNames, type StoreContext } from './init.ts'
import { joinedSignal, pullSource } from './pull-source.ts'
import { formatReference, type QualifiedReference } from './reference.ts'
import { registryCandidates } from './short-names.ts'
import { endpointSource } from './transport/docker-source.ts'
import { transportOf } from './transport/parse-transport.ts'

/** Into the store, from a registry by its name, or from another place by its transport. */
export async function pullImage(
  context: StoreContext,
  name: string,
  request: TransferRequest = {},
  options: ProgressOptions<PullProgress> = {}
): Promise<ResolvedImage> {
  const transport = transportOf(name)
  if (transport !== undefined && transport !== 'docker') {
    const { pullLocation } = await import('./pull-location.ts')
    return await pullLocation(context, name, request, options)
  }
  const candidates = registryCandidates(name, shortNames(context.init))
  const failures: EngineError[] = []
  for (const reference of candidates) {
    try {
      return await pullReference(context, reference, request, options)
    } catch (error) {
      if (candidates.length === 1 || !isEngineError(error) || !otherRegistryMayHelp(error)) throw error
      failures.push(error)
    }
  }
  throw new EngineError(
    failures[0]?.code ?? 'not-found',
    `no registry gave ${name}: ${failures.map(({ message }) => message).join('; ')}`,
    {
      subject: { kind: 'image', name },
      hint: 'write the full name, with its registry'
    }
  )
}

const otherRegistryMayHelp = ({ code }: EngineError): boolean =>
  code === 'not-found' || code === 'unauthorized' || code === 'unavailable'

/** From the first place that has it: a mirror that fails is passed over. */
async function pullReference(
  context: StoreContext,
  reference: QualifiedReference,
  request: TransferRequest,
  options: ProgressOptions<PullProgress>
): Promise<ResolvedImage> {
  for (const endpoint of pullEndpoints(context.init, reference)) {
    try {
      return await pullFrom(context, { reference, endpoint, request }, options)
    } catch (error) {
      if (!endpoint.isMirror || !isEngineError(error) || error.code === 'aborted') throw error
      options.onProgress?.({ type: 'message', text: `${error.message}; trying the next place` })
    }
  }
  throw new EngineError('internal', `no place to pull ${formatReference(reference)} from`)
}

interface RegistryOrder {
  readonly reference: QualifiedReference
  readonly endpoint: Endpoint
  readonly request: TransferRequest
}

async function pullFrom(
  context: StoreContext,
  { reference, endpoint, request }: RegistryOrder,
  options: ProgressOptions<PullProgress>
): Promise<ResolvedImage> {
  const failed = new AbortController()
  const joined = { ...options, signal: joinedSignal(options.signal, failed) }
  await using source = endpointSource({ init: context.init, reference, request, options: joined }, endpoint)
  return await pullSource(context, { source, names: [formatReference(reference)], request, failed }, joined)
}
