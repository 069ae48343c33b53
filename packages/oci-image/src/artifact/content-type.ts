/** First bytes of common formats, as latin1. WHATWG MIME Sniffing, "Matching a MIME type pattern". */
const signatures: readonly (readonly [start: string, mediaType: string])[] = [
  ['%PDF-', 'application/pdf'],
  ['%!PS-Adobe-', 'application/postscript'],
  ['GIF87a', 'image/gif'],
  ['GIF89a', 'image/gif'],
  ['\x89PNG\r\n\x1a\n', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['BM', 'image/bmp'],
  ['OggS\0', 'application/ogg'],
  ['ID3', 'audio/mpeg'],
  ['\x1a\x45\xdf\xa3', 'video/webm'],
  ['PK\x03\x04', 'application/zip'],
  ['\x1f\x8b\x08', 'application/x-gzip'],
  ['Rar!\x1a\x07\0', 'application/x-rar-compressed'],
  ['Rar!\x1a\x07\x01\0', 'application/x-rar-compressed'],
  ['\0asm', 'application/wasm'],
  ['wOFF', 'font/woff'],
  ['wOF2', 'font/woff2'],
  ['\xfe\xff', 'text/plain; charset=utf-16be'],
  ['\xff\xfe', 'text/plain; charset=utf-16le'],
  ['\xef\xbb\xbf', 'text/plain; charset=utf-8']
]

const markup =
  /^[\t\n\f\r ]*<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)[ >]/i
const xml = /^[\t\n\f\r ]*<\?xml/

// Control characters that text does not have.
// oxlint-disable-next-line no-control-regex
const binary = /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/

/** How many bytes of a file say what it is. */
export const sniffLength = 512

/** The media type that the first bytes of a file show, as HTTP servers guess it. */
export function contentType(first: Uint8Array): string {
  const start = Buffer.from(first.subarray(0, sniffLength)).toString('latin1')
  const found = signatures.find(([bytes]) => start.startsWith(bytes))
  if (found !== undefined) return found[1]
  if (start.startsWith('RIFF') && start.slice(8, 14) === 'WEBPVP') return 'image/webp'
  if (start.startsWith('RIFF') && start.slice(8, 12) === 'WAVE') return 'audio/wave'
  if (markup.test(start)) return 'text/html; charset=utf-8'
  if (xml.test(start)) return 'text/xml; charset=utf-8'
  return binary.test(start) ? 'application/octet-stream' : 'text/plain; charset=utf-8'
}
