import {
  type CallOptions,
  EngineError,
  isEngineError,
  type Referrers,
  type ReferrersRequest
} from '@runcible/interface'
import { pullEndpoints } from '../endpoints.ts'
import { shortNames, type StoreContext } from '../init.ts'
import { openRegistry } from '../open-registry.ts'
import { formatReference, type QualifiedReference, referenceTarget, repositoryName } from '../reference.ts'
import { registryCandidates } from '../short-names.ts'

/** What refers to an image, asked at the first registry that knows the image. */
export async function listReferrersOf(
  { init }: Pick<StoreContext, 'init'>,
  name: string,
  request: ReferrersRequest = {},
  options: CallOptions = {}
): Promise<Referrers> {
  const candidates = registryCandidates(name.replace(/^docker:\/\//, ''), shortNames(init))
  let last: unknown
  for (const reference of candidates) {
    try {
      return await askRegistry(init, reference, request, options)
    } catch (error) {
      if (!isEngineError(error) || error.code === 'aborted' || candidates.length === 1) throw error
      last = error
    }
  }
  throw new EngineError('not-found', `no registry has ${name}`, { subject: { kind: 'image', name }, cause: last })
}

async function askRegistry(
  init: StoreContext['init'],
  reference: QualifiedReference,
  { artifactType, ...transfer }: ReferrersRequest,
  options: CallOptions
): Promise<Referrers> {
  // The registry itself: a mirror need not have what refers to an image.
  const endpoint = pullEndpoints(init, reference).at(-1)
  if (endpoint === undefined) throw new EngineError('internal', `no place to ask for ${formatReference(reference)}`)
  await using client = openRegistry(init, endpoint, transfer, { signal: options.signal })
  const subject = reference.digest ?? (await client.manifest(endpoint.repository, referenceTarget(reference))).digest
  const referrers = await client.referrers(endpoint.repository, subject, artifactType)
  return { repository: repositoryName(reference), subject, referrers }
}
