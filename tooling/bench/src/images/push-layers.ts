import { createHash } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import type { PackedLayer } from './pack-layer.ts'

const types = {
  manifest: 'application/vnd.docker.distribution.manifest.v2+json',
  config: 'application/vnd.docker.container.image.v1+json',
  layer: 'application/vnd.docker.image.rootfs.diff.tar.gzip'
}

/** Uploads an image of layers that are files to a registry without TLS. Returns `host/repository:latest`. */
export async function pushLayers(host: string, repository: string, layers: readonly PackedLayer[]): Promise<string> {
  const base = `http://${host}/v2/${repository}`
  for (const { file, digest } of layers) await pushBlob(base, digest, await openAsBlob(file))
  const config = JSON.stringify({
    architecture: process.arch === 'arm64' ? 'arm64' : 'amd64',
    os: 'linux',
    created: '2026-01-01T00:00:00Z',
    config: { Cmd: ['true'] },
    rootfs: { type: 'layers', diff_ids: layers.map(({ diffId }) => diffId) },
    history: layers.map((_, at) => ({ created: '2026-01-01T00:00:00Z', created_by: `layer ${at}` }))
  })
  const configDigest = `sha256:${createHash('sha256').update(config).digest('hex')}`
  await pushBlob(base, configDigest, new Blob([config]))
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: types.manifest,
    config: { mediaType: types.config, digest: configDigest, size: config.length },
    layers: layers.map(({ digest, size }) => ({ mediaType: types.layer, digest, size }))
  })
  await send('PUT', `${base}/manifests/latest`, new Blob([manifest], { type: types.manifest }))
  return `${host}/${repository}:latest`
}

async function pushBlob(base: string, digest: string, blob: Blob): Promise<void> {
  const present = await fetch(`${base}/blobs/${digest}`, { method: 'HEAD' })
  if (present.ok) return
  const opened = await send('POST', `${base}/blobs/uploads/`)
  const location = new URL(opened.headers.get('location') ?? '', base)
  location.searchParams.set('digest', digest)
  await send('PUT', location.href, blob)
}

async function send(method: string, url: string, body?: Blob): Promise<Response> {
  const response = await fetch(url, { method, ...(body === undefined ? {} : { body }) })
  const text = await response.text()
  if (!response.ok) throw new Error(`${method} ${url}: status ${response.status}: ${text}`)
  return response
}
