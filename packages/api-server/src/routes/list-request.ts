import { checkContainerFilters, countLimit, parseFilters } from '@runcible/api-schema'
import type { ContainerSummary, Engine, ListContainersRequest } from '@runcible/interface'
import { isEngineError } from '@runcible/interface'
import type { ApiRequest } from './route.ts'

/** The parameters that both dialects read alike. `all` was read already; `limits` name the parameter, the strongest first. */
export function listRequest(request: ApiRequest, all: boolean, limits: readonly string[]): ListContainersRequest {
  const filters = checkContainerFilters(parseFilters(request.query('filters')))
  const last = limits.map((name) => countLimit(name, request.query(name))).find((limit) => limit !== undefined)
  return { all, filters, signal: request.signal, ...(last === undefined ? {} : { last }) }
}

export interface SizedContainer {
  readonly container: ContainerSummary
  /** Bytes. */
  readonly size: { readonly rw: number; readonly rootfs: number } | undefined
}

const sizedAtOnce = 4

/** Containers, with their sizes if asked for; one that is removed meanwhile is left out. */
export async function listSized(
  containers: Pick<Engine['containers'], 'list' | 'inspect'>,
  request: ListContainersRequest,
  withSize: boolean
): Promise<readonly SizedContainer[]> {
  const listed = await containers.list(request)
  if (!withSize) return listed.map((container) => ({ container, size: undefined }))
  const sized: SizedContainer[] = []
  for (let at = 0; at < listed.length; at += sizedAtOnce) {
    const part = listed.slice(at, at + sizedAtOnce).map((container) => measure(containers, container, request.signal))
    sized.push(...(await Promise.all(part)).filter((entry) => entry !== undefined))
  }
  return sized
}

async function measure(
  containers: Pick<Engine['containers'], 'inspect'>,
  container: ContainerSummary,
  signal: AbortSignal | undefined
): Promise<SizedContainer | undefined> {
  try {
    const { size } = await containers.inspect(container.id, { size: true, signal })
    return { container, size }
  } catch (error) {
    if (isEngineError(error, 'not-found')) return undefined
    throw error
  }
}
