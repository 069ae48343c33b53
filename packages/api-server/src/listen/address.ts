import { isAbsolute, resolve } from 'node:path'
import { EngineError } from '@runcible/interface'

/** Where a server listens. */
export type ListenTarget =
  /** A unix socket that the server makes: mode 0600, or 0660 for a group (a name or a number). */
  | { readonly path: string; readonly group?: string | undefined }
  /** A listening unix socket that this process inherited. */
  | { readonly fd: number }

/**
 * Reads an address: `unix:///absolute/path`, or `fd://` (the first descriptor of systemd's) or `fd://3`.
 *
 * @throws EngineError `invalid-argument`, or `unsupported` for what must not or cannot be listened on
 */
export function parseListenAddress(address: string, group?: string): ListenTarget {
  const [, scheme = '', rest = ''] = /^([a-z][a-z0-9+.-]{0,15}):\/\/(.*)$/s.exec(address) ?? []
  if (scheme === 'tcp' || scheme === 'http' || scheme === 'https') {
    throw new EngineError('unsupported', `cannot listen on ${scheme}: there is no client authentication yet`, {
      hint: 'listen on unix:///path, and reach it from elsewhere with ssh -L'
    })
  }
  if (scheme === 'fd') return { fd: descriptor(rest) }
  if (scheme !== 'unix') throw invalid(address, 'it must be unix:///path or fd://')
  if (!isAbsolute(rest)) throw invalid(address, 'the path must be absolute, as in unix:///run/runcible/runcible.sock')
  if (rest.includes('\0')) throw invalid(address, 'the path has a NUL byte')
  return { path: resolve(rest), ...(group === undefined ? {} : { group }) }
}

function descriptor(text: string): number {
  if (text === '') return 3
  if (/^\d{1,4}$/.test(text) && Number(text) > 2) return Number(text)
  throw invalid(`fd://${text}`, 'the descriptor must be a number above 2')
}

function invalid(address: string, reason: string): EngineError {
  return new EngineError('invalid-argument', `invalid address ${JSON.stringify(address)}: ${reason}`)
}
