import { readFile } from 'node:fs/promises'
import { EngineError } from '@runcible/interface'
import { type JsonObject, parseJson } from '@runcible/oci-spec'

/** An auth file as it is; `undefined` when there is none. The message of an error never quotes the file. */
export async function readAuthFile(path: string): Promise<JsonObject | undefined> {
  try {
    const document = parseJson(await readFile(path), { maxBytes: 1024 * 1024, maxDepth: 16 })
    if (isObject(document)) return document
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (code !== undefined)
      throw new EngineError('permission-denied', `cannot read the auth file ${path}: ${code}`, { cause: error })
  }
  // The parser's message is left out: it could quote a secret.
  throw new EngineError('invalid-argument', `the auth file ${path} is not a JSON object`, { hint: 'mend or remove it' })
}

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const own = (object: JsonObject, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined)

export function ownString(object: JsonObject, key: string): string | undefined {
  const value = own(object, key)
  return typeof value === 'string' ? value : undefined
}

export function objectEntry(object: JsonObject, key: string): JsonObject | undefined {
  const value = own(object, key)
  return isObject(value) ? value : undefined
}

export const objectMember = (object: JsonObject, key: string): JsonObject => objectEntry(object, key) ?? {}
