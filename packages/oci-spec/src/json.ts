import { SpecError } from './spec-error.ts'

/** A JSON object from outside. Read own properties only: `__proto__` is data here. */
export type JsonObject = { readonly [key: string]: unknown }

export interface JsonLimits {
  /** Longest accepted document, bytes of UTF-8. */
  readonly maxBytes: number
  /** Deepest accepted nesting of arrays and objects. */
  readonly maxDepth?: number
}

const MiB = 1024 * 1024

/** The limits of documents that come from registries and archives. */
export const jsonLimits = {
  manifest: { maxBytes: 4 * MiB, maxDepth: 32 },
  config: { maxBytes: 8 * MiB, maxDepth: 64 },
  token: { maxBytes: MiB, maxDepth: 32 },
  errorBody: { maxBytes: 64 * 1024, maxDepth: 32 }
} as const satisfies Record<string, JsonLimits>

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })

/**
 * Parses JSON that is not trusted: bounded in size and depth, valid UTF-8, no duplicate check.
 *
 * @throws SpecError when the document is too large, too deep, not UTF-8 or not JSON.
 */
export function parseJson(input: string | Uint8Array, limits: JsonLimits): unknown {
  const { maxBytes, maxDepth = 64 } = limits
  // A string never has more UTF-16 units than UTF-8 bytes, so the cheap check comes first.
  if (input.length > maxBytes || (typeof input === 'string' && Buffer.byteLength(input) > maxBytes)) {
    throw new SpecError(`the document is longer than the limit of ${maxBytes} bytes`)
  }
  const text = typeof input === 'string' ? input : decodeUtf8(input)
  checkDepth(text, maxDepth)
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new SpecError('the document is not valid JSON', '', { cause })
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new SpecError('the document is not valid UTF-8', '', { cause })
  }
}

const charCode = { quote: 34, backslash: 92, openArray: 91, closeArray: 93, openObject: 123, closeObject: 125 } as const

// Counted before parsing: the parser itself would recurse into, and build, the whole structure.
function checkDepth(text: string, maxDepth: number): void {
  let depth = 0
  let inString = false
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (inString) {
      if (unit === charCode.backslash) at++
      else if (unit === charCode.quote) inString = false
    } else if (unit === charCode.quote) {
      inString = true
    } else if (unit === charCode.openArray || unit === charCode.openObject) {
      if (++depth > maxDepth) throw new SpecError(`the document is nested deeper than the limit of ${maxDepth}`)
    } else if (unit === charCode.closeArray || unit === charCode.closeObject) {
      depth--
    }
  }
}
