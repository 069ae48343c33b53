/** A URL for messages: without user, password, query (signatures, tokens) and fragment. */
export function redactUrl(url: string | URL): string {
  try {
    const { protocol, host, pathname } = new URL(url)
    return `${protocol}//${host}${pathname}`
  } catch {
    return '<invalid URL>'
  }
}

// Control characters (C0, DEL, C1) and the marks that reorder text on a terminal.
// oxlint-disable-next-line no-control-regex
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g

/** Text from outside as part of a one-line message. */
export function cleanText(text: string, longest = 300): string {
  const clean = text.replace(unsafe, ' ').trim()
  return clean.length > longest ? `${clean.slice(0, longest - 1)}…` : clean
}
