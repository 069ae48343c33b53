import { jsonLimits, parseJson } from '../json.ts'
import { member } from '../read.ts'
import { SpecError } from '../spec-error.ts'

/** One error of a registry. OCI distribution specification, "Error Codes". */
export interface RegistryError {
  /** An upper-case word like `MANIFEST_UNKNOWN`; `UNKNOWN` when the registry gave none. */
  readonly code: string
  /** At most 512 characters, as the registry wrote them. */
  readonly message: string
}

const longestMessage = 512
const mostErrors = 8

/**
 * The errors in the body of a registry's or token server's answer. Anything else than an error document, such as a
 * proxy's HTML page or a body over 64 KiB, gives an empty list.
 */
export function parseErrorBody(body: string | Uint8Array): readonly RegistryError[] {
  const document = tryParse(body)
  if (!isObject(document)) return []
  const errors = member(document, 'errors')
  if (Array.isArray(errors)) {
    return errors.slice(0, mostErrors).filter(isObject).map(readError)
  }
  const message = ['error_description', 'details', 'message', 'error']
    .map((key) => member(document, key))
    .find((value) => typeof value === 'string' && value !== '')
  return typeof message === 'string' ? [{ code: readCode(member(document, 'code')), message: shorten(message) }] : []
}

function tryParse(body: string | Uint8Array): unknown {
  try {
    return parseJson(body, jsonLimits.errorBody)
  } catch (error) {
    if (error instanceof SpecError) return undefined
    throw error
  }
}

const isObject = (value: unknown): value is { readonly [key: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function readError(error: { readonly [key: string]: unknown }): RegistryError {
  const message = member(error, 'message')
  const detail = member(error, 'detail')
  const text = typeof message === 'string' && message !== '' ? message : typeof detail === 'string' ? detail : ''
  return { code: readCode(member(error, 'code')), message: shorten(text) }
}

const readCode = (code: unknown): string =>
  typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : 'UNKNOWN'

const shorten = (text: string): string =>
  text.length > longestMessage ? `${text.slice(0, longestMessage - 1)}…` : text
