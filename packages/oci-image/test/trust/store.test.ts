import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startRegistry } from '@runcible/fixtures'
import type { SignaturePlace, SignaturePlaces } from '@runcible/interface'
import { normalizeReference } from '../../src/reference.ts'
import { registryClient } from '../../src/registry/client.ts'
import { registrySignatures } from '../../src/trust/registry-signatures.ts'
import type { ImageSignature } from '../../src/trust/signature.ts'
import { attachmentTag } from '../../src/trust/store/attachments.ts'
import { readLookaside, writeLookaside } from '../../src/trust/store/lookaside.ts'
import { placesFor } from '../../src/trust/store/places.ts'

const digest = `sha256:${'a'.repeat(64)}` as const
const simple = (text: string): ImageSignature => ({ kind: 'simple', bytes: Buffer.from(`\u0090${text}`, 'latin1') })
const attached = (text: string): ImageSignature & { readonly kind: 'sigstore' } => ({
  kind: 'sigstore',
  mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json',
  payload: Buffer.from(text),
  annotations: { 'dev.cosignproject.cosign/signature': text }
})
const placesOf = (scopes: Readonly<Record<string, SignaturePlace>>, whole?: SignaturePlace): SignaturePlaces => ({
  scopes: new Map(Object.entries(scopes)),
  ...(whole === undefined ? {} : { default: whole }),
  fallback: 'file:///fallback'
})

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'signatures-'))
})
afterEach(() => rmSync(home, { recursive: true }))

describe('the place of signatures', () => {
  const at = (places: SignaturePlaces, image = 'quay.io/a/b:1') => {
    const { read, write, attachments } = placesFor(places, normalizeReference(image))
    return [read.href, write.href, attachments]
  }

  it('is that of the most specific scope, each setting by itself', () => {
    const scopes = { 'quay.io': { lookaside: 'https://q/s', attachments: true }, 'quay.io/a': { staging: 'file:///w' } }
    expect(at(placesOf(scopes))).toEqual(['https://q/s/a/b', 'file:///w/a/b', true])
    expect(at(placesOf({ ...scopes, 'quay.io/a/b': { attachments: false } }))).toEqual([
      'https://q/s/a/b',
      'file:///w/a/b',
      false
    ])
    expect(at(placesOf({ '*.io': { lookaside: 'https://w/' } }))).toEqual(['https://w/a/b', 'https://w/a/b', false])
  })

  it('is the default where no scope says one, and the user’s directory without that', () => {
    expect(at(placesOf({ 'quay.io': { attachments: true } }, { lookaside: 'file:///d' }))).toEqual([
      'file:///d/a/b',
      'file:///d/a/b',
      true
    ])
    expect(at(placesOf({}))).toEqual(['file:///fallback/a/b', 'file:///fallback/a/b', false])
  })
})

describe('signatures beside a registry, in files', () => {
  it('are numbered from 1, and written once', async () => {
    const base = pathToFileURL(join(home, 'a/b'))
    expect(await readLookaside(base, digest)).toEqual([])
    const [first] = await writeLookaside(base, digest, [simple('one')])
    expect(first).toBe(join(home, `a/b@sha256=${'a'.repeat(64)}/signature-1`))
    expect(await writeLookaside(base, digest, [simple('one'), simple('two')])).toEqual([first!.replace(/1$/, '2')])
    expect(await readLookaside(base, digest)).toEqual([simple('one'), simple('two')])
    expect(readdirSync(join(home, 'a'))).toEqual([`b@sha256=${'a'.repeat(64)}`])
  })

  it('are not written to a server', async () => {
    await expect(writeLookaside(new URL('https://q/s'), digest, [simple('one')])).rejects.toMatchObject({
      code: 'unsupported'
    })
  })

  it('that are none are an error', async () => {
    const base = pathToFileURL(join(home, 'a'))
    const [file] = await writeLookaside(base, digest, [simple('one')])
    writeFileSync(file!, 'plain text')
    await expect(readLookaside(base, digest)).rejects.toMatchObject({ code: 'unsupported' })
    writeFileSync(file!, Buffer.alloc(5 * 1024 * 1024, 0x90))
    await expect(readLookaside(base, digest)).rejects.toMatchObject({ code: 'corrupt' })
  })
})

describe('signatures beside a registry, on a server', () => {
  let server: Server
  let base: URL
  let answer: (path: string) => { readonly status: number; readonly body?: Buffer; readonly location?: string }
  beforeEach(async () => {
    server = createServer((request, response) => {
      const { status, body, location } = answer(request.url!)
      response.writeHead(status, location === undefined ? {} : { location }).end(body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    base = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/sigs/a/b`)
  })
  afterEach(() => new Promise((resolve) => server.close(resolve)))

  it('are read until one is missing', async () => {
    const there = [`/sigs/a/b@sha256=${'a'.repeat(64)}/signature-1`, `/sigs/a/b@sha256=${'a'.repeat(64)}/signature-2`]
    answer = (path) =>
      there.includes(path) ? { status: 200, body: Buffer.from([0x90, there.indexOf(path)]) } : { status: 404 }
    expect(await readLookaside(base, digest)).toHaveLength(2)
  })

  it('follow a redirect, but not for ever', async () => {
    answer = (path) => (path.startsWith('/sigs') ? { status: 302, location: '/moved' } : { status: 404 })
    expect(await readLookaside(base, digest)).toEqual([])
    answer = () => ({ status: 302, location: '/again' })
    await expect(readLookaside(base, digest)).rejects.toThrow('without end')
  })

  it('are not believed to be missing when the server fails', async () => {
    answer = () => ({ status: 500 })
    await expect(readLookaside(base, digest)).rejects.toMatchObject({ code: 'unavailable' })
    answer = () => ({ status: 200, body: Buffer.alloc(5 * 1024 * 1024, 0x90) })
    await expect(readLookaside(base, digest)).rejects.toMatchObject({ code: 'corrupt' })
    answer = () => ({ status: 200, body: Buffer.from([0x90]) })
    await expect(readLookaside(base, digest)).rejects.toThrow('more than 128 signatures')
    const gone = new URL('http://127.0.0.1:1/sigs')
    await expect(readLookaside(gone, digest)).rejects.toMatchObject({ code: 'unavailable' })
  })
})

describe('signatures in a registry', () => {
  it('are layers of an image beside the signed one', async () => {
    await using registry = await startRegistry()
    await using client = registryClient({ registry: registry.host, insecure: true })
    const reference = normalizeReference(`${registry.host}/a/b:1`)
    const endpoint = { registry: registry.host, repository: 'a/b', insecure: true, isMirror: false }
    const image = { init: {}, reference, endpoint, client }
    const places = { [registry.host]: { attachments: true, lookaside: pathToFileURL(home).href } }
    const store = registrySignatures({ places: async () => placesOf(places) })
    expect(await store.read(image, digest)).toEqual([])
    await store.write(image, digest, [attached('one'), simple('beside')])
    await store.write(image, digest, [attached('one'), attached('two')])
    expect(await store.read(image, digest)).toEqual([simple('beside'), attached('one'), attached('two')])
    const manifest = JSON.parse(
      Buffer.from((await client.manifest('a/b', attachmentTag(digest))).bytes).toString()
    ) as { layers: object[] }
    expect(manifest.layers).toHaveLength(2)
  })

  it('are neither looked for nor written where registries.d does not say so', async () => {
    await using registry = await startRegistry()
    await using client = registryClient({ registry: registry.host, insecure: true })
    const reference = normalizeReference(`${registry.host}/a/b:1`)
    const endpoint = { registry: registry.host, repository: 'a/b', insecure: true, isMirror: false }
    const image = { init: {}, reference, endpoint, client }
    const store = registrySignatures({
      places: async () => placesOf({}, { lookaside: pathToFileURL(join(home, 'x')).href })
    })
    expect(await store.read(image, digest)).toEqual([])
    expect(registry.requests).toEqual([])
    await expect(store.write(image, digest, [attached('one'), simple('two')])).rejects.toMatchObject({
      code: 'unsupported'
    })
    expect(existsSync(join(home, 'x'))).toBe(false)
  })
})
