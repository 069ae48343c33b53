import { readdir, readFile } from 'node:fs/promises'
import type { RegistryAuth } from '@runcible/interface'
import type { Descriptor } from '@runcible/oci-spec'
import { type Credentials, findCredentials } from './auth-file.ts'
import { type Authenticator, authenticator } from './auth.ts'
import { type DownloadRequest, downloadBlob } from './download.ts'
import { type FetchedManifest, getManifest, putManifest, type Repository } from './manifests.ts'
import { defaultRetryPolicy, type RetryPolicy } from './retry.ts'
import { registrySession } from './session.ts'
import { streamBlob } from './stream-blob.ts'
import { httpTransport } from './transport.ts'
import { hasBlob, uploadBlob, type UploadRequest, type UploadResult } from './upload.ts'

export interface RegistryClientInit {
  /** Host and port as in references; `docker.io` stands for Docker Hub. */
  readonly registry: string
  /** Allows plain http where https does not answer, and any certificate. */
  readonly insecure?: boolean
  /** Credentials to use instead of those in files. */
  readonly auth?: RegistryAuth | undefined
  /** Podman's `auth.json` or Docker's `config.json`, in the order to look; read when a registry asks for credentials. */
  readonly authFiles?: readonly string[]
  /** Hosts outside the registry's domain whose token servers may get its credentials. */
  readonly trustedTokenHosts?: readonly string[]
  /** Directories with `HOST[:PORT]/*.crt`, as `/etc/containers/certs.d`. */
  readonly certificateDirs?: readonly string[]
  readonly userAgent?: string
  readonly retry?: Partial<RetryPolicy>
  /** Ends every request. */
  readonly signal?: AbortSignal | undefined
  /** One line for a person before each repeated attempt. */
  readonly onRetry?: ((text: string) => void) | undefined
}

/**
 * One registry, over the OCI distribution protocol. Nothing is loaded or connected before the first request; disposing
 * it closes the connections.
 */
export interface RegistryClient extends AsyncDisposable {
  /** Manifest or index by tag or digest. */
  manifest(repository: string, target: string): Promise<FetchedManifest>
  /** True when bytes came over the network, false when the store had the blob. */
  download(repository: string, request: DownloadRequest): Promise<boolean>
  /** The bytes of a blob from `offset` on, at most `length` of them. Not verified. */
  blob(
    repository: string,
    descriptor: Descriptor,
    range?: { readonly offset?: number; readonly length?: number }
  ): AsyncIterable<Uint8Array>
  hasBlob(repository: string, descriptor: Descriptor): Promise<boolean>
  upload(repository: string, request: UploadRequest): Promise<UploadResult>
  putManifest(repository: string, target: string, manifest: FetchedManifest): Promise<void>
}

export function registryClient(init: RegistryClientInit): RegistryClient {
  const policy = { ...defaultRetryPolicy, ...init.retry }
  const insecure = init.insecure ?? false
  const transport = httpTransport({
    userAgent: init.userAgent ?? 'runcible',
    connectTimeout: policy.connectTimeout,
    stallTimeout: policy.stallTimeout,
    certificates: (host) => readCertificates(init.certificateDirs ?? [], host)
  })
  // Auth files may name credentials per repository, so each repository has its own authenticator.
  const repositories = new Map<string, Repository>()
  const at = (repository: string): Repository => {
    const known = repositories.get(repository)
    if (known !== undefined) return known
    const auth = repositoryAuth(init, repository, transport, insecure)
    const session = registrySession({ registry: init.registry, insecure, transport, auth })
    const made: Repository = { session, repository, retries: { policy, signal: init.signal, onRetry: init.onRetry } }
    repositories.set(repository, made)
    return made
  }
  return {
    manifest: (repository, target) => getManifest(at(repository), target),
    download: (repository, request) => downloadBlob(at(repository), request),
    blob: (repository, descriptor, range) => streamBlob(at(repository), descriptor, range),
    hasBlob: (repository, descriptor) => hasBlob(at(repository), descriptor),
    upload: (repository, request) => uploadBlob(at(repository), request),
    putManifest: (repository, target, manifest) => putManifest(at(repository), target, manifest),
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose]()
  }
}

function repositoryAuth(
  init: RegistryClientInit,
  repository: string,
  transport: ReturnType<typeof httpTransport>,
  insecure: boolean
): Authenticator {
  const credentials = async (): Promise<Credentials | undefined> =>
    init.auth ??
    findCredentials({ authFiles: init.authFiles ?? [], registry: init.registry, repository, signal: init.signal })
  return authenticator({
    registry: init.registry,
    transport,
    credentials,
    trustedHosts: init.trustedTokenHosts ?? [],
    verify: !insecure
  })
}

async function readCertificates(directories: readonly string[], host: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const directory of directories) {
    const names = await readdir(`${directory}/${host}`).catch(() => [])
    for (const name of names.filter((entry) => entry.endsWith('.crt')).toSorted()) {
      found.push(await readFile(`${directory}/${host}/${name}`, 'utf8'))
    }
  }
  return found
}
