// C0 and C1 controls, DEL, line separators, and the characters that reorder text on a screen.
const unsafe = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g

/** Text from outside, safe to show on a terminal: control characters become `\x1b` or `\u202e`. */
export function escapeControls(text: string): string {
  return text.replace(unsafe, escapeOne)
}

function escapeOne(character: string): string {
  const code = character.charCodeAt(0)
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`
}

/** A JSON document from outside for a terminal: the same to a reader, its lines and tabs as they are. */
export function escapeDocument(document: Uint8Array): string {
  return new TextDecoder()
    .decode(document)
    .replace(unsafe, (character) =>
      character === '\n' || character === '\t'
        ? character
        : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
    )
}
