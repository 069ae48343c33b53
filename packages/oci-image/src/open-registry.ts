import { resolve } from 'node:path'
import type { ProgressOptions, PullProgress, PushProgress, TransferRequest } from '@runcible/interface'
import type { Endpoint } from './endpoints.ts'
import type { OciImageStoreInit } from './init.ts'
import { registryClient, type RegistryClient, type RegistryClientInit } from './registry/client.ts'
import type { RetryPolicy } from './registry/retry.ts'

/** The client for one transfer, as the store's settings and the request say. */
export function openRegistry(
  init: OciImageStoreInit,
  { registry, insecure, isMirror }: Endpoint,
  request: TransferRequest,
  options: ProgressOptions<PullProgress> | ProgressOptions<PushProgress>
): RegistryClient {
  const { registries } = init
  const onProgress = options.onProgress as ((event: PushProgress) => void) | undefined
  const certificates = request.certificateDir
  return registryClient({
    registry,
    insecure: request.tlsVerify === undefined ? insecure : !request.tlsVerify,
    ...credentialsFor(init, isMirror, request),
    trustedTokenHosts: registries?.trustedTokenHosts?.[registry] ?? [],
    certificateDirs: registries?.certificateDirs ?? ['/etc/containers/certs.d', '/etc/docker/certs.d'],
    ...(certificates === undefined ? {} : { certificateDir: resolve(certificates) }),
    userAgent: [request.userAgentPrefix, init.userAgent ?? 'runcible'].filter((part) => part !== undefined).join(' '),
    retry: retryPolicy(init, request),
    signal: options.signal,
    onRetry: (text) => onProgress?.({ type: 'message', text })
  })
}

/** What a registry may be told about who is asking. */
function credentialsFor(
  init: OciImageStoreInit,
  isMirror: boolean,
  request: TransferRequest
): Pick<RegistryClientInit, 'auth' | 'authFiles' | 'credentialHelpers' | 'registryToken'> {
  if (request.anonymous === true) return {}
  const { authFile, auth, registryToken } = request
  return {
    // Given credentials are for the registry that was named, not for its mirrors.
    ...(isMirror ? {} : { auth, registryToken }),
    authFiles: authFile === undefined ? (init.authFiles ?? []) : [resolve(authFile)],
    credentialHelpers: init.registries?.credentialHelpers ?? []
  }
}

function retryPolicy(init: OciImageStoreInit, { retries, retryDelay }: TransferRequest): Partial<RetryPolicy> {
  return {
    ...init.retry,
    ...(retries === undefined ? {} : { attempts: retries + 1 }),
    ...(retryDelay === undefined ? {} : { fixedDelay: retryDelay })
  }
}
