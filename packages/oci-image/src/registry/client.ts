import type { RegistryAuth } from '@runcible/interface'
import type { Descriptor, Digest } from '@runcible/oci-spec'
import { type Credentials, findCredentials } from './auth-file.ts'
import { type Authenticator, authenticator } from './auth.ts'
import { hostTlsMaterial, readTlsMaterial, type TlsMaterial } from './certificates.ts'
import { type DownloadRequest, downloadBlob } from './download.ts'
import { listRepositories, listTags } from './listing.ts'
import { deleteManifest, type FetchedManifest, getManifest, putManifest, type Repository } from './manifests.ts'
import { pingRegistry } from './ping.ts'
import { listReferrers } from './referrers.ts'
import { defaultRetryPolicy, type RetryPolicy } from './retry.ts'
import { type SearchHit, searchRegistry } from './search.ts'
import { registrySession } from './session.ts'
import { type BlobPart, streamBlob } from './stream-blob.ts'
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
  /** As `RegistriesInit.credentialHelpers`. */
  readonly credentialHelpers?: readonly string[]
  /** A bearer token to send as it is, in place of credentials. */
  readonly registryToken?: string | undefined
  /** Directories with `HOST[:PORT]/*.crt`, as `/etc/containers/certs.d`. */
  readonly certificateDirs?: readonly string[]
  /** A directory with `*.crt`, `*.cert` and `*.key` for this registry, in place of those. */
  readonly certificateDir?: string
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
  /** The bytes of a blob, or a part of them. Not verified. */
  blob(repository: string, descriptor: Descriptor, part?: BlobPart): AsyncIterable<Uint8Array>
  hasBlob(repository: string, descriptor: Descriptor): Promise<boolean>
  upload(repository: string, request: UploadRequest): Promise<UploadResult>
  putManifest(repository: string, target: string, manifest: FetchedManifest): Promise<void>
  /** With every tag that points at it. `unsupported` where the registry does not allow it. */
  deleteManifest(repository: string, digest: Digest): Promise<void>
  /** Page by page, in the registry's order. */
  tags(repository: string): AsyncIterable<string>
  /** Names of repositories, where the registry tells them. */
  catalog(): AsyncIterable<string>
  /** Repositories with `term` in their name, at most `limit`. */
  search(term: string, limit: number): Promise<readonly SearchHit[]>
  /** Manifests that have `digest` as their subject. */
  referrers(repository: string, digest: Digest, artifactType?: string): Promise<readonly Descriptor[]>
  /** Whether it is a registry that answers, and takes the credentials. */
  ping(): Promise<void>
}

export function registryClient(init: RegistryClientInit): RegistryClient {
  const policy = { ...defaultRetryPolicy, ...init.retry }
  const insecure = init.insecure ?? false
  const transport = httpTransport({
    userAgent: init.userAgent ?? 'runcible',
    connectTimeout: policy.connectTimeout,
    stallTimeout: policy.stallTimeout,
    tlsMaterial: (host) => tlsMaterialFor(init, host)
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
    blob: (repository, descriptor, part) => streamBlob(at(repository), descriptor, part),
    hasBlob: (repository, descriptor) => hasBlob(at(repository), descriptor),
    upload: (repository, request) => uploadBlob(at(repository), request),
    putManifest: (repository, target, manifest) => putManifest(at(repository), target, manifest),
    deleteManifest: (repository, digest) => deleteManifest(at(repository), digest),
    tags: (repository) => listTags(at(repository)),
    catalog: () => listRepositories(at('')),
    search: (term, limit) => searchRegistry(at(''), term, limit),
    referrers: (repository, digest, artifactType) => listReferrers(at(repository), digest, artifactType),
    ping: () => pingRegistry(at('')),
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
    findCredentials({
      authFiles: init.authFiles ?? [],
      helpers: init.credentialHelpers ?? [],
      registry: init.registry,
      repository,
      signal: init.signal
    })
  return authenticator({
    registry: init.registry,
    transport,
    credentials,
    registryToken: init.registryToken,
    trustedHosts: init.trustedTokenHosts ?? [],
    verify: !insecure
  })
}

async function tlsMaterialFor(init: RegistryClientInit, host: string): Promise<TlsMaterial> {
  if (init.certificateDir === undefined) return hostTlsMaterial(init.certificateDirs ?? [], host)
  const { authorities = [], identities = [] } = (await readTlsMaterial(init.certificateDir)) ?? {}
  // The authorities may be those of its token server as well; who the client is only the registry is told.
  return { authorities, identities: host === init.registry ? identities : [] }
}
