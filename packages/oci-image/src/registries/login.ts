import { resolve } from 'node:path'
import {
  type CallOptions,
  type CredentialFiles,
  EngineError,
  type LoginRequest,
  type RegistryAuth,
  type StateStore,
  type StoredLogin
} from '@runcible/interface'
import type { OciImageStoreInit } from '../init.ts'
import { authFilesHelper, type Credentials, findCredentials } from '../registry/auth-file.ts'
import {
  type CredentialPlace,
  emptyHelper,
  removeAllCredentials,
  removeCredentials,
  storeCredentials
} from '../registry/auth-store.ts'
import { eraseFromHelper, storeInHelper } from '../registry/credential-helper.ts'
import { openWhole, parsePlace, type Place } from './access.ts'

export interface LoginContext {
  readonly init: OciImageStoreInit
  readonly state: StateStore
}

// Between processes of this engine: each of them rewrites the whole file.
const lockName = 'auth-files'

/** Verifies credentials with the registry, then keeps them. */
export async function logIn(
  context: LoginContext,
  text: string,
  request: LoginRequest = {},
  options: CallOptions = {}
): Promise<StoredLogin> {
  const place = parsePlace(text)
  const known = request.auth === undefined ? await stored(context.init, place, request) : undefined
  if (request.auth === undefined && known === undefined) throw notLoggedIn(place)
  await verify(context.init, place, { ...request, credentials: request.auth ?? known }, options)
  const keptIn =
    request.auth === undefined
      ? fileOf(context.init, request)
      : await store(context, place, request, request.auth, options)
  return { place: place.key, registry: place.registry, keptIn }
}

async function verify(
  init: OciImageStoreInit,
  { registry }: Place,
  request: LoginRequest & { readonly credentials: Credentials | undefined },
  options: CallOptions
): Promise<void> {
  const { certificateDir, tlsVerify, credentials } = request
  const access = {
    ...(certificateDir === undefined ? {} : { certificateDir }),
    ...(tlsVerify === undefined ? {} : { tlsVerify }),
    // Nothing but what is to be verified.
    ...(credentials !== undefined && 'username' in credentials ? { auth: credentials } : {}),
    ...authFileOf(request)
  }
  await using client = openWhole(init, registry, access, options)
  await client.ping()
}

const authFileOf = ({ authFile, compatAuthFile }: CredentialFiles): { readonly authFile?: string } => {
  const file = authFile ?? compatAuthFile
  return file === undefined ? {} : { authFile: file }
}

async function store(
  { init, state }: LoginContext,
  place: Place,
  files: CredentialFiles,
  auth: RegistryAuth,
  options: CallOptions
): Promise<string> {
  await using _lock = await state.lock(lockName, options)
  const helper = chosenFile(files) === undefined ? helpersOf(init)[0] : authFilesHelper
  if (helper === undefined || helper === authFilesHelper)
    return await storeCredentials(filePlace(init, place, files, options), auth)
  if (place.key !== place.registry) {
    throw new EngineError('unsupported', `a credential helper cannot keep credentials for a part of a registry`, {
      hint: `log in to ${place.registry}, or use --authfile`
    })
  }
  await storeInHelper({ helper, server: place.key, signal: options.signal }, auth)
  return `docker-credential-${helper}`
}

export async function storedUser(
  init: OciImageStoreInit,
  text: string,
  files: CredentialFiles = {}
): Promise<string | undefined> {
  const found = await stored(init, parsePlace(text), files)
  return found === undefined ? undefined : 'username' in found ? found.username : '<token>'
}

async function stored(
  init: OciImageStoreInit,
  { key, registry }: Place,
  files: CredentialFiles
): Promise<Credentials | undefined> {
  const chosen = chosenFile(files)
  return await findCredentials({
    authFiles: chosen === undefined ? (init.authFiles ?? []) : [chosen],
    ...(chosen === undefined ? { helpers: helpersOf(init) } : {}),
    registry,
    repository: key.slice(registry.length + 1)
  })
}

export async function logOut(context: LoginContext, text: string, files: CredentialFiles = {}): Promise<void> {
  const { init, state } = context
  const place = parsePlace(text)
  await using _lock = await state.lock(lockName)
  let removed = false
  for (const helper of chosenFile(files) === undefined ? helpersOf(init) : [authFilesHelper]) {
    const gone =
      helper === authFilesHelper
        ? await removeCredentials(filePlace(init, place, files))
        : await eraseFromHelper({ helper, server: place.key })
    removed ||= gone
  }
  if (removed) return
  const elsewhere = await stored(init, place, files)
  if (elsewhere === undefined) throw notLoggedIn(place)
  throw new EngineError('not-found', `not logged into ${place.key} by ${fileOf(init, files)}, but by another file`, {
    subject: { kind: 'registry', name: place.key },
    hint: 'log out with the tool that logged in, or name the file with --authfile or --compat-auth-file'
  })
}

export async function logOutEverywhere({ init, state }: LoginContext, files: CredentialFiles = {}): Promise<void> {
  await using _lock = await state.lock(lockName)
  for (const helper of chosenFile(files) === undefined ? helpersOf(init) : [authFilesHelper]) {
    if (helper === authFilesHelper) await removeAllCredentials({ file: fileOf(init, files) })
    else await emptyHelper(helper, undefined)
  }
}

const notLoggedIn = ({ key }: Place): EngineError =>
  new EngineError('not-found', `not logged into ${key}`, { subject: { kind: 'registry', name: key } })

const helpersOf = (init: OciImageStoreInit): readonly string[] => {
  const helpers = init.registries?.credentialHelpers ?? []
  return helpers.length === 0 ? [authFilesHelper] : helpers
}

function chosenFile({ authFile, compatAuthFile }: CredentialFiles): string | undefined {
  const file = authFile ?? compatAuthFile
  return file === undefined ? undefined : resolve(file)
}

function fileOf(init: OciImageStoreInit, files: CredentialFiles): string {
  const file = chosenFile(files) ?? init.authFiles?.[0]
  if (file !== undefined) return file
  throw new EngineError('failed-precondition', 'there is no file to keep credentials in', {
    hint: 'name one with --authfile'
  })
}

function filePlace(
  init: OciImageStoreInit,
  { key }: Place,
  files: CredentialFiles,
  options: CallOptions = {}
): CredentialPlace {
  return {
    file: fileOf(init, files),
    docker: files.compatAuthFile !== undefined,
    place: key,
    signal: options.signal
  }
}
