import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type CallOptions, EngineError } from '@runcible/interface'
import { type Digest, digestAlgorithm, digestHex } from '@runcible/oci-spec'
import { discard, readBody } from '../../registry/body.ts'
import { redactUrl } from '../../registry/redact.ts'
import { httpTransport, type Transport } from '../../registry/transport.ts'
import { decodeSignature, encodeSignature, signatureLimits } from '../signature-file.ts'
import type { ImageSignature } from '../signature.ts'

const mostRedirects = 5

/** URL of one signature: `BASE/REPOSITORY@sha256=HEX/signature-1`. */
export function signatureUrl(base: URL, digest: Digest, number: number): URL {
  const url = new URL(base)
  url.pathname += `@${digestAlgorithm(digest)}=${digestHex(digest)}/signature-${number}`
  return url
}

/**
 * Reads signatures 1, 2, … until one is missing.
 *
 * @throws EngineError `unavailable` when a server does not say whether there is one: to go on would be to believe it.
 */
export async function readLookaside(
  base: URL,
  digest: Digest,
  options: CallOptions = {}
): Promise<readonly ImageSignature[]> {
  const found: ImageSignature[] = []
  await using web = httpTransport({ userAgent: 'runcible', connectTimeout: 30_000, stallTimeout: 60_000 })
  for (let number = 1; ; number++) {
    const url = signatureUrl(base, digest, number)
    const bytes = url.protocol === 'file:' ? await readFileBounded(url) : await readWeb(web, url, options)
    if (bytes === undefined) return found
    if (number > signatureLimits.count)
      throw new EngineError('corrupt', `there are more than ${signatureLimits.count} signatures at ${redactUrl(base)}`)
    found.push(decodeSignature(bytes, redactUrl(url)))
  }
}

async function readFileBounded(url: URL): Promise<Buffer | undefined> {
  const path = fileURLToPath(url)
  try {
    await using file = await open(path)
    const { size } = await file.stat()
    if (size > signatureLimits.bytes) throw new EngineError('corrupt', `the signature ${path} is longer than 4 MiB`)
    return await file.readFile()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    if (error instanceof EngineError) throw error
    throw new EngineError('unavailable', `the signature ${path} cannot be read: ${code ?? 'unknown error'}`, {
      cause: error
    })
  }
}

async function readWeb(web: Transport, from: URL, { signal }: CallOptions): Promise<Buffer | undefined> {
  const unavailable = (why: string, cause?: unknown) =>
    new EngineError('unavailable', `the signature ${redactUrl(from)} cannot be read: ${why}`, { cause })
  let url = from
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const response = await web.send({ method: 'GET', url, verify: true, signal }).catch((error: unknown) => {
      if (signal?.aborted === true) throw new EngineError('aborted', 'the call was aborted', { cause: error })
      throw unavailable((error as NodeJS.ErrnoException).code ?? (error as Error).message, error)
    })
    if (response.status === 200) return readBody(response, signatureLimits.bytes, `the signature ${redactUrl(url)}`)
    discard(response)
    if (response.status === 404) return undefined
    const next = response.header('location')
    if (response.status < 300 || response.status > 399 || next === undefined || !URL.canParse(next, url))
      throw unavailable(`the server answered ${response.status}`)
    const target = new URL(next, url)
    if (target.protocol !== 'https:' && target.protocol !== url.protocol)
      throw unavailable('it leads to a place without TLS')
    url = target
  }
  throw unavailable('it leads from one place to another without end')
}

/**
 * Writes signatures that are not there yet behind those that are. Returns their files.
 *
 * @throws EngineError `unsupported` for a place that is not a directory.
 */
export async function writeLookaside(
  base: URL,
  digest: Digest,
  signatures: readonly ImageSignature[]
): Promise<readonly string[]> {
  if (base.protocol !== 'file:') {
    throw new EngineError('unsupported', `signatures cannot be written to ${redactUrl(base)}, only read from there`, {
      hint: 'set lookaside-staging to a file:// URL in registries.d'
    })
  }
  const written: string[] = []
  const there: Buffer[] = []
  let number = 1
  for (let bytes; (bytes = await readFileBounded(signatureUrl(base, digest, number))) !== undefined; number++)
    there.push(bytes)
  for (const signature of signatures) {
    const bytes = Buffer.from(encodeSignature(signature))
    if (there.some((other) => other.equals(bytes))) continue
    written.push(await create(fileURLToPath(signatureUrl(base, digest, number++)), bytes))
  }
  return written
}

async function create(path: string, bytes: Buffer): Promise<string> {
  const beside = `${path}.${process.pid}.tmp`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 })
    await using file = await open(beside, 'wx', 0o644)
    await file.writeFile(bytes)
    await file.sync()
    await rename(beside, path)
    return path
  } catch (error) {
    await rm(beside, { force: true })
    const { code = 'unknown error' } = error as NodeJS.ErrnoException
    throw new EngineError(
      code === 'EACCES' ? 'permission-denied' : 'unavailable',
      `the signature ${path} cannot be written: ${code}`,
      {
        cause: error
      }
    )
  }
}
