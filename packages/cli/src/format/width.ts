const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/gu
const combining = /\p{Mn}|\p{Me}|\u200b|\u200d|\ufe0f/gu
// eslint-disable-next-line no-control-regex
const ascii = /^[\x20-\x7e]*$/

/** Columns that a text takes on a terminal. */
export function displayWidth(text: string): number {
  if (ascii.test(text)) return text.length
  return [...text].length + (text.match(wide)?.length ?? 0) - (text.match(combining)?.length ?? 0)
}
