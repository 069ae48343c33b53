import type { ProgressOptions, PullProgress, PushProgress, TransferRequest } from '@runcible/interface'
import type { Endpoint } from './endpoints.ts'
import type { OciImageStoreInit } from './init.ts'
import { registryClient, type RegistryClient } from './registry/client.ts'

/** The client for one transfer, as the store's settings and the request say. */
export function openRegistry(
  init: OciImageStoreInit,
  { registry, insecure, isMirror }: Endpoint,
  request: TransferRequest,
  options: ProgressOptions<PullProgress> | ProgressOptions<PushProgress>
): RegistryClient {
  const { registries } = init
  const onProgress = options.onProgress as ((event: PushProgress) => void) | undefined
  return registryClient({
    registry,
    insecure: request.tlsVerify === undefined ? insecure : !request.tlsVerify,
    // Given credentials are for the registry that was named, not for its mirrors.
    auth: isMirror ? undefined : request.auth,
    authFiles: init.authFiles ?? [],
    trustedTokenHosts: registries?.trustedTokenHosts?.[registry] ?? [],
    certificateDirs: registries?.certificateDirs ?? ['/etc/containers/certs.d', '/etc/docker/certs.d'],
    ...(init.userAgent === undefined ? {} : { userAgent: init.userAgent }),
    ...(init.retry === undefined ? {} : { retry: init.retry }),
    signal: options.signal,
    onRetry: (text) => onProgress?.({ type: 'message', text })
  })
}
