// DEL, C1 controls, line separators, and the characters that reorder text on a screen. C0 controls are escaped by JSON.
const unsafe = /[\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g
const unsafeOrHtml = /[<>&\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`

/** JSON on one line. What a terminal would act on is escaped, which changes nothing for a reader. */
export function goJson(value: unknown): string {
  return (JSON.stringify(value) ?? 'null').replace(unsafe, escaped)
}

/**
 * JSON over several lines; `<`, `>` and `&` are escaped unless `plain`, which changes nothing for a reader: lists of
 * Podman's have it so, what it prints of single things has not.
 */
export function goJsonIndented(value: unknown, indent: number, { plain = false } = {}): string {
  return (JSON.stringify(value, undefined, indent) ?? 'null').replace(plain ? unsafe : unsafeOrHtml, escaped)
}
