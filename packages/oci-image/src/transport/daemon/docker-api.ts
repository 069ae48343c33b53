import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { EngineError, isEngineError, type TransferRequest } from '@runcible/interface'
import { readBody, readErrorBody } from '../../registry/body.ts'
import type { TlsMaterial } from '../../registry/certificates.ts'
import { abortedError } from '../../registry/errors.ts'
import { cleanText } from '../../registry/redact.ts'
import { type HttpRequest, type HttpResponse, httpTransport } from '../../registry/transport.ts'
import { dockerHost } from './docker-host.ts'

/** The images of a Docker daemon: Docker Engine API. Nothing is connected before the first call. */
export interface DockerApi extends AsyncDisposable {
  /** An archive of one image, as `docker save` writes it. `not-found` when the daemon does not have it. */
  save(image: string): AsyncIterable<Uint8Array>
  /** Takes an archive in. Ending `archive` with an error leaves the daemon without it. */
  load(archive: AsyncIterable<Uint8Array>, signal: AbortSignal): Promise<void>
  /** As `docker rmi`: a name is taken away, and the image with its last one. `in-use` while a container needs it. */
  remove(image: string): Promise<void>
}

export type DaemonAccess = Pick<TransferRequest, 'daemonHost' | 'certificateDir' | 'tlsVerify'>

export interface DockerApiInit extends DaemonAccess {
  readonly userAgent?: string | undefined
  readonly signal?: AbortSignal | undefined
}

const minute = 60_000
// A daemon says nothing while it packs or unpacks a large image.
const longestSilence = 30 * minute
const connectTimeout = 15_000
const longestReport = 16 * 1024 * 1024

interface Upload {
  readonly body?: AsyncIterable<Uint8Array>
  readonly signal?: AbortSignal
}

const joined = (signal: AbortSignal, own: AbortSignal | undefined): AbortSignal =>
  own === undefined ? signal : AbortSignal.any([signal, own])

export function dockerApi(init: DockerApiInit): DockerApi {
  const host = dockerHost(init.daemonHost, init.certificateDir)
  const transport = httpTransport({
    userAgent: init.userAgent ?? 'runcible',
    connectTimeout,
    stallTimeout: longestSilence,
    tlsMaterial: async () => tlsMaterial(host.certificateDir),
    ...(host.socketPath === undefined ? {} : { socketPath: host.socketPath })
  })
  const send = async (method: HttpRequest['method'], path: string, upload: Upload = {}) => {
    const signal = init.signal === undefined ? upload.signal : joined(init.signal, upload.signal)
    const { body } = upload
    const extra = body === undefined ? {} : { body, headers: { 'content-type': 'application/x-tar' } }
    const url = new URL(`${host.origin}${path}`)
    try {
      return await transport.send({ method, url, verify: init.tlsVerify !== false, signal, ...extra })
    } catch (error) {
      if (signal?.aborted === true) throw abortedError(signal)
      if (isEngineError(error)) throw error
      throw unreachable(host.name, error)
    }
  }
  return {
    async *save(image) {
      const response = await send('GET', `/images/get?names=${encodeURIComponent(image)}`)
      if (response.status !== 200) throw await refused(response, host.name, image)
      yield* streamed(response, host.name, init.signal)
    },
    async load(body, signal) {
      const response = await send('POST', '/images/load?quiet=1', { body, signal })
      if (response.status !== 200) throw await refused(response, host.name)
      checkReport(await readBody(response, longestReport, 'the answer of the Docker daemon'), host.name)
    },
    async remove(image) {
      const response = await send('DELETE', `/images/${image.split('/').map(encodeURIComponent).join('/')}`)
      if (response.status !== 200) throw await refused(response, host.name, image)
      await readBody(response, longestReport, 'the answer of the Docker daemon')
    },
    [Symbol.asyncDispose]: () => transport[Symbol.asyncDispose]()
  }
}

async function* streamed(
  response: HttpResponse,
  host: string,
  signal: AbortSignal | undefined
): AsyncGenerator<Uint8Array> {
  try {
    yield* response.body as AsyncIterable<Uint8Array>
  } catch (error) {
    if (signal?.aborted === true) throw abortedError(signal)
    throw new EngineError(
      'unavailable',
      `the connection to the Docker daemon at ${host} broke while it sent an image`,
      {
        cause: error
      }
    )
  }
}

/** The names are those that Docker's own clients take. */
function tlsMaterial(directory: string | undefined): TlsMaterial {
  if (directory === undefined) return { authorities: [], identities: [] }
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map((name) => join(directory, name)) as [
    string,
    string,
    string
  ]
  if (existsSync(cert) !== existsSync(key)) {
    throw new EngineError('invalid-argument', `${directory}: cert.pem and key.pem go together, and one is missing`, {
      hint: 'put the other one there, or remove both'
    })
  }
  return {
    authorities: existsSync(ca) ? [readPem(ca)] : [],
    identities: existsSync(cert) ? [{ certificate: readPem(cert), key: readPem(key) }] : []
  }
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    const { code = 'failed' } = error as NodeJS.ErrnoException
    throw new EngineError('permission-denied', `cannot read ${path}: ${code}`, { cause: error })
  }
}

function unreachable(host: string, cause: unknown): EngineError {
  const { code = 'failed', message } = cause as NodeJS.ErrnoException
  const denied = code === 'EACCES' || code === 'EPERM'
  return new EngineError(
    denied ? 'permission-denied' : 'unavailable',
    `cannot reach the Docker daemon at ${host}: ${cleanText(code === 'failed' ? message : code)}`,
    { hint: 'is it running? Another address goes into DOCKER_HOST or the --daemon-host flags', cause }
  )
}

/** An answer that is not the wanted one. */
async function refused(response: HttpResponse, host: string, image?: string): Promise<EngineError> {
  const { status } = response
  const said = messageIn(await readErrorBody(response), 'message')
  const about = image === undefined ? {} : { subject: { kind: 'image', name: image } as const }
  const text = `the Docker daemon at ${host} answered ${status}${said === undefined ? '' : `: ${said}`}`
  if (status === 404 && image !== undefined)
    return new EngineError('not-found', `the Docker daemon at ${host} has no image ${image}`, about)
  if (status === 409) return new EngineError('in-use', text, about)
  if (status === 401 || status === 403) return new EngineError('unauthorized', text, about)
  return new EngineError(status >= 400 && status < 500 ? 'invalid-argument' : 'unavailable', text, about)
}

/** What a load did comes with status 200 in any case, as JSON documents one after the other: errors are in them. */
function checkReport(report: Buffer, host: string): void {
  for (const line of report.toString('utf8').split('\n')) {
    const said = messageIn(line, 'error')
    if (said !== undefined)
      throw new EngineError('unavailable', `the Docker daemon at ${host} did not take the image: ${said}`)
  }
}

function messageIn(text: string, member: 'message' | 'error'): string | undefined {
  try {
    const document = JSON.parse(text) as Readonly<Record<string, unknown>> | null
    const said = document?.[member]
    return typeof said === 'string' ? cleanText(said) : undefined
  } catch {
    return undefined
  }
}
