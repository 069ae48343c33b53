import { resolve } from 'node:path'
import { EngineError } from '@runcible/interface'
import { isDigest } from '@runcible/oci-spec'
import { formatReference, normalizeReference, type QualifiedReference } from '../reference.ts'
import { type DaemonImage, daemonName } from './daemon/daemon-image.ts'

/** A place of one image, as containers-transports(5) writes it. Paths are absolute. */
export type ImageLocation =
  | { readonly transport: 'docker'; readonly reference: QualifiedReference }
  /** An image of a Docker daemon, by name or by the id that it has there. */
  | { readonly transport: 'docker-daemon'; readonly image: DaemonImage }
  | {
      readonly transport: 'oci' | 'oci-archive'
      readonly path: string
      /** Annotation `org.opencontainers.image.ref.name` of the entry in `index.json`. */
      readonly name?: string
      /** Position of the entry, from 0. */
      readonly index?: number
    }
  | {
      readonly transport: 'docker-archive'
      readonly path: string
      readonly reference?: QualifiedReference
      /** Position of the image in the archive, from 0. */
      readonly index?: number
    }
  | { readonly transport: 'dir'; readonly path: string }
  /** A name or id in the engine's own store. */
  | { readonly transport: 'containers-storage'; readonly image: string }

const paths = new Set(['oci', 'oci-archive', 'docker-archive', 'dir'])
const local = new Set(['docker-daemon', 'containers-storage'])
const others: ReadonlyMap<string, string> = new Map([
  ['ostree', 'name the image at a registry (docker://) or in a layout (oci:)'],
  ['atomic', 'name the image at its registry: docker://HOST/NAMESPACE/NAME:TAG'],
  ['sif', 'build an oci-archive: of it with its own tools'],
  ['tarball', 'use "runcible import" for the tar of a file system']
])

/** The transport that a text begins with, known or not supported; `undefined` for a plain image name. */
export function transportOf(text: string): string | undefined {
  const colon = text.indexOf(':')
  const word = text.slice(0, Math.max(colon, 0))
  const known = paths.has(word) || others.has(word) || local.has(word) || text.startsWith('docker://')
  return known ? word : undefined
}

/**
 * Reads `TRANSPORT:DETAILS`: `docker://NAME`, `oci:PATH[:NAME|:@INDEX]`, `oci-archive:PATH[:NAME|:@INDEX]`,
 * `docker-archive:PATH[:NAME|:@INDEX]`, `docker-daemon:NAME`, `docker-daemon:sha256:ID`, `dir:PATH`, `containers-storage:NAME`.
 *
 * @throws EngineError `invalid-argument`, and `unsupported` for the transports of others, saying what to use instead.
 */
export function parseTransport(text: string): ImageLocation {
  const colon = text.indexOf(':')
  const [transport, rest] = [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1)]
  if (transport === 'docker') return dockerLocation(text, rest)
  if (transport === 'docker-daemon') return daemonLocation(text, rest)
  if (transport === 'containers-storage') return storeLocation(text, rest)
  const instead = others.get(transport)
  if (instead !== undefined)
    throw new EngineError('unsupported', `the transport ${transport}: is not supported`, { hint: instead })
  if (!paths.has(transport)) {
    throw invalid(text, 'it does not begin with a transport', {
      hint: 'write docker://NAME, oci:PATH, oci-archive:FILE, docker-archive:FILE, docker-daemon:NAME, dir:PATH or containers-storage:NAME'
    })
  }
  return pathLocation(text, transport as 'oci' | 'oci-archive' | 'docker-archive' | 'dir', rest)
}

function dockerLocation(text: string, rest: string): ImageLocation {
  if (!rest.startsWith('//')) throw invalid(text, 'two slashes follow docker:', { hint: `write docker://${rest}` })
  return { transport: 'docker', reference: normalizeReference(rest.slice(2)) }
}

function daemonLocation(text: string, rest: string): ImageLocation {
  const transport = 'docker-daemon'
  if (isDigest(rest)) return { transport, image: { id: rest } }
  if (/^sha256(?:[:@]|$)/.test(rest)) throw invalid(text, 'after sha256: the whole id must follow')
  return { transport, image: { reference: normalizeReference(rest) } }
}

function storeLocation(text: string, rest: string): ImageLocation {
  if (rest.startsWith('['))
    throw new EngineError('unsupported', `${text}: another store cannot be named in the transport`, {
      hint: 'give --root and --runroot instead'
    })
  if (rest === '') throw invalid(text, 'a name or id must follow')
  return { transport: 'containers-storage', image: rest }
}

function pathLocation(
  text: string,
  transport: 'oci' | 'oci-archive' | 'docker-archive' | 'dir',
  rest: string
): ImageLocation {
  // A path of these transports has no colon; that of dir: may.
  const colon = transport === 'dir' ? -1 : rest.indexOf(':')
  const path = colon === -1 ? rest : rest.slice(0, colon)
  const detail = colon === -1 ? '' : rest.slice(colon + 1)
  if (path === '') throw invalid(text, 'a path must follow')
  if (path.includes('\0')) throw invalid(text, 'the path has a NUL byte')
  const at = resolve(path)
  if (transport === 'dir') return { transport, path: at }
  if (detail === '') return { transport, path: at }
  if (detail.startsWith('@') && /^@\d{1,6}$/.test(detail))
    return { transport, path: at, index: Number(detail.slice(1)) }
  if (transport !== 'docker-archive') return { transport, path: at, name: refName(text, detail) }
  const reference = normalizeReference(detail)
  if (reference.digest !== undefined) throw invalid(text, 'archives know images by tags, not by digests')
  return { transport, path: at, reference }
}

// OCI image specification, "Pre-Defined Annotation Keys": what a ref name is made of.
const refNameSyntax = /^[A-Za-z0-9]+(?:[-._:@+/]+[A-Za-z0-9]+)*$/

function refName(text: string, name: string): string {
  if (name.length <= 1024 && refNameSyntax.test(name)) return name
  throw invalid(text, `${JSON.stringify(name.slice(0, 80))} is not a name that a layout can have`)
}

const invalid = (text: string, why: string, options: { readonly hint?: string } = {}): EngineError =>
  new EngineError('invalid-argument', `invalid image location ${JSON.stringify(text.slice(0, 200))}: ${why}`, options)

/** The location as a user writes it. */
export function formatLocation(location: ImageLocation): string {
  if (location.transport === 'docker') return `docker://${formatReference(location.reference)}`
  if (location.transport === 'docker-daemon') return `docker-daemon:${daemonName(location.image)}`
  if (location.transport === 'containers-storage') return `containers-storage:${location.image}`
  return `${location.transport}:${location.path}${detailOf(location)}`
}

function detailOf(
  location: Exclude<ImageLocation, { transport: 'docker' | 'docker-daemon' | 'containers-storage' }>
): string {
  if (location.transport === 'dir') return ''
  if (location.index !== undefined) return `:@${location.index}`
  const name =
    location.transport === 'docker-archive' ? location.reference && formatReference(location.reference) : location.name
  return name === undefined ? '' : `:${name}`
}
