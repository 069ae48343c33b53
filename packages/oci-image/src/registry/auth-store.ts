import { mkdir, realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { EngineError, type RegistryAuth } from '@runcible/interface'
import { createLinux } from '@runcible/linux'
import type { JsonObject } from '@runcible/oci-spec'
import { dockerHub } from '../reference.ts'
import { objectMember, ownString, readAuthFile } from './auth-document.ts'
import { serverNames } from './auth-file.ts'
import { eraseFromHelper, serversOfHelper, storeInHelper } from './credential-helper.ts'

/** Where credentials are kept and under what name. */
export interface CredentialPlace {
  readonly file: string
  /** The file is Docker's `config.json`: no credentials for parts of a registry, its own spelling of Docker Hub. */
  readonly docker: boolean
  /** `host[:port]`, maybe with a path. */
  readonly place: string
  readonly signal?: AbortSignal | undefined
}

const hubServer = 'https://index.docker.io/v1/'
const keyOf = ({ docker, place }: CredentialPlace): string => (docker && place === dockerHub ? hubServer : place)

/**
 * Keeps credentials: with the helper that the file names for this place, or in the file (mode 0600, replaced in one
 * step). Returns where they are now.
 */
export async function storeCredentials(at: CredentialPlace, auth: RegistryAuth): Promise<string> {
  if (at.docker && at.place.includes('/')) {
    throw new EngineError('unsupported', `Docker's config.json cannot have credentials for a part of a registry`, {
      hint: `log in to ${at.place.split('/')[0]}, or use --authfile`
    })
  }
  const document = (await readAuthFile(at.file)) ?? {}
  const helper = helperOf(document, at)
  if (helper !== undefined) {
    await storeInHelper({ helper, server: keyOf(at), signal: at.signal }, auth)
    return `docker-credential-${helper}`
  }
  const entry = { auth: Buffer.from(`${auth.username}:${auth.password}`).toString('base64') }
  await write(at.file, { ...document, auths: { ...objectMember(document, 'auths'), [keyOf(at)]: entry } })
  return at.file
}

/** Whether there was something to forget. */
export async function removeCredentials(at: CredentialPlace): Promise<boolean> {
  const document = await readAuthFile(at.file)
  if (document === undefined) return false
  const names = new Set([keyOf(at), ...serverNames(at.place)])
  const helper = helperOf(document, at)
  const erased = helper !== undefined && (await eraseAll(helper, names, at.signal))
  const auths = Object.entries(objectMember(document, 'auths'))
  const left = auths.filter(([name]) => !names.has(name))
  if (left.length === auths.length) return erased
  await write(at.file, { ...document, auths: Object.fromEntries(left) })
  return true
}

/** Some helpers fail for a name that they do not have: that is no failure when they had another one. */
async function eraseAll(helper: string, servers: Iterable<string>, signal: AbortSignal | undefined): Promise<boolean> {
  let erased = false
  const failures: unknown[] = []
  for (const server of servers) {
    try {
      const gone = await eraseFromHelper({ helper, server, signal })
      erased ||= gone
    } catch (error) {
      failures.push(error)
    }
  }
  if (!erased && failures.length > 0) throw failures[0]
  return erased
}

/** Forgets everything that the file and the helpers that it names keep. Which helpers it names stays. */
export async function removeAllCredentials({ file, signal }: Pick<CredentialPlace, 'file' | 'signal'>): Promise<void> {
  const document = await readAuthFile(file)
  if (document === undefined) return
  for (const [server, helper] of Object.entries(objectMember(document, 'credHelpers'))) {
    if (typeof helper === 'string') await eraseFromHelper({ helper, server, signal })
  }
  const store = ownString(document, 'credsStore')
  if (store !== undefined && store !== '') await emptyHelper(store, signal)
  await write(file, { ...document, auths: {} })
}

export async function emptyHelper(helper: string, signal: AbortSignal | undefined): Promise<void> {
  for (const server of await serversOfHelper({ helper, signal })) await eraseFromHelper({ helper, server, signal })
}

function helperOf(document: JsonObject, at: CredentialPlace): string | undefined {
  const helpers = objectMember(document, 'credHelpers')
  const store = ownString(document, 'credsStore')
  return ownString(helpers, keyOf(at)) ?? ownString(helpers, at.place) ?? (store === '' ? undefined : store)
}

async function write(file: string, document: JsonObject): Promise<void> {
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    // A link stays one: what it points at is replaced.
    const target = await realpath(file).catch(() => file)
    await createLinux().atomicFile.write(target, JSON.stringify(document, undefined, '\t'), { mode: 0o600 })
  } catch (cause) {
    const { code = 'failed' } = cause as NodeJS.ErrnoException
    throw new EngineError('permission-denied', `cannot write the auth file ${file}: ${code}`, {
      hint: 'name another one with --authfile',
      cause
    })
  }
}
