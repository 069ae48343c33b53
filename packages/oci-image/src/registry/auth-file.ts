import { EngineError } from '@runcible/interface'
import type { JsonObject } from '@runcible/oci-spec'
import { dockerHub } from '../reference.ts'
import { objectEntry, objectMember, ownString, readAuthFile } from './auth-document.ts'
import { askCredentialHelper } from './credential-helper.ts'

export type Credentials =
  | { readonly username: string; readonly password: string }
  /** An OAuth2 refresh token. */
  | { readonly identityToken: string }

export interface CredentialRequest {
  /** In the order to look. Files that are not there are passed over. */
  readonly authFiles: readonly string[]
  /** Where to look, in order: `containers-auth.json` stands for the auth files, another name for a credential helper. */
  readonly helpers?: readonly string[]
  readonly registry: string
  readonly repository: string
  readonly signal?: AbortSignal | undefined
}

/**
 * The credentials that the first matching auth file has for a repository: from a helper, or stored in it. Both
 * Podman's `auth.json` (keys may be `host/namespace/repository`) and Docker's `config.json` are understood.
 *
 * @throws EngineError `invalid-argument` for a file that is not such a file, `unavailable` for a broken helper.
 */
export async function findCredentials(request: CredentialRequest): Promise<Credentials | undefined> {
  const { helpers = [] } = request
  for (const helper of helpers.length === 0 ? [authFilesHelper] : helpers) {
    const found =
      helper === authFilesHelper
        ? await searchFiles(request)
        : await askHelper(helper, request.registry, request.signal)
    if (found !== undefined) return found
  }
  return undefined
}

/** The name that registries.conf has for the auth files among credential helpers. */
export const authFilesHelper = 'containers-auth.json'

async function searchFiles(request: CredentialRequest): Promise<Credentials | undefined> {
  for (const path of request.authFiles) {
    const file = await readAuthFile(path)
    const found = file === undefined ? undefined : await lookUp(file, path, request)
    if (found !== undefined) return found
  }
  return undefined
}

async function lookUp(file: JsonObject, path: string, request: CredentialRequest): Promise<Credentials | undefined> {
  const { registry, signal } = request
  const helpers = objectMember(file, 'credHelpers')
  const helper = serverNames(registry)
    .map((name) => ownString(helpers, name))
    .find((name) => name !== undefined)
  if (helper !== undefined) return askHelper(helper, registry, signal)
  const stored = storedEntry(objectMember(file, 'auths'), request)
  const credentials = stored === undefined ? undefined : readEntry(stored, path)
  if (credentials !== undefined) return credentials
  const store = ownString(file, 'credsStore')
  return store === undefined || store === '' ? undefined : askHelper(store, registry, signal)
}

async function askHelper(
  helper: string,
  registry: string,
  signal: AbortSignal | undefined
): Promise<Credentials | undefined> {
  for (const server of serverNames(registry)) {
    const found = await askCredentialHelper({ helper, server, signal })
    if (found !== undefined) return found
  }
  return undefined
}

// Docker keeps Docker Hub under the URL of its old index.
export function serverNames(registry: string): readonly string[] {
  return registry === dockerHub ? ['https://index.docker.io/v1/', dockerHub] : [registry]
}

/** The most specific entry: `host/a/b` before `host/a` before `host`, then Docker's spellings of the host alone. */
function storedEntry(auths: JsonObject, { registry, repository }: CredentialRequest): JsonObject | undefined {
  const parts = repository.split('/')
  for (let length = parts.length; length >= 0; length--) {
    const entry = objectEntry(auths, [registry, ...parts.slice(0, length)].join('/'))
    if (entry !== undefined) return entry
  }
  const key = Object.keys(auths).find((name) => name.includes('://') && hostOfUrl(name) === registry)
  return key === undefined ? undefined : objectEntry(auths, key)
}

function hostOfUrl(url: string): string {
  const host = /^https?:\/\/([^/]+)/.exec(url)?.[1] ?? ''
  return host === 'index.docker.io' || host === 'registry-1.docker.io' ? dockerHub : host
}

function readEntry(entry: JsonObject, path: string): Credentials | undefined {
  const identityToken = ownString(entry, 'identitytoken')
  if (identityToken !== undefined && identityToken !== '') return { identityToken }
  const auth = ownString(entry, 'auth')
  if (auth === undefined || auth === '') {
    const username = ownString(entry, 'username')
    const password = ownString(entry, 'password')
    return username === undefined || password === undefined ? undefined : { username, password }
  }
  const decoded = Buffer.from(auth, 'base64').toString('utf8')
  const colon = decoded.indexOf(':')
  if (colon <= 0)
    throw new EngineError('invalid-argument', `an entry of the auth file ${path} is not base64 of user:password`)
  // Docker pads with zero bytes.
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1).replace(/\0+$/, '') }
}
