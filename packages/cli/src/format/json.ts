const escapes: Readonly<Record<string, string>> = { '\u2028': '\\u2028', '\u2029': '\\u2029' }
const htmlEscapes: Readonly<Record<string, string>> = { ...escapes, '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' }

/** JSON on one line. */
export function goJson(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replace(/[\u2028\u2029]/g, (character) => escapes[character]!)
}

/**
 * JSON over several lines; `<`, `>` and `&` are escaped unless `plain`, which changes nothing for a reader: lists of
 * Podman's have it so, what it prints of single things has not.
 */
export function goJsonIndented(value: unknown, indent: number, { plain = false } = {}): string {
  return (JSON.stringify(value, undefined, indent) ?? 'null').replace(
    plain ? /[\u2028\u2029]/g : /[\u2028\u2029<>&]/g,
    (character) => htmlEscapes[character]!
  )
}
