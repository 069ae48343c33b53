import { describe, expect, it } from 'vitest'
import type { ImageDetails, ImageSummary } from '@runcible/interface'
import { inspectImage, printImage } from '../../src/index.ts'

const digest = `sha256:${'1'.repeat(64)}` as const
const descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 10 }
const image: ImageSummary = {
  id: '2'.repeat(64),
  manifest: descriptor,
  config: descriptor,
  layers: [descriptor],
  diffIds: [digest],
  platform: { os: 'linux', architecture: 'amd64' },
  size: 1000,
  createdAt: Date.UTC(2024, 0, 2, 3, 4, 5, 678),
  pulledAt: 0,
  labels: {},
  names: ['localhost/a:1'],
  digests: [],
  nameHistory: ['localhost/a:1', 'localhost/old:1'],
  parent: '3'.repeat(64),
  intermediate: false
}
const details = (part: Partial<ImageDetails> = {}): ImageDetails => ({
  ...image,
  name: 'localhost/a:1',
  imageConfig: { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [digest] } },
  annotations: {},
  rootfs: [],
  snapshotter: 'overlay',
  ...part
})
const printed = (value: object) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>

describe('printImage', () => {
  it('has null and nothing for what is empty, as Podman’s list', () => {
    expect(printed(printImage(image, 2))).toEqual({
      Id: image.id,
      ParentId: image.parent,
      RepoTags: null,
      RepoDigests: [],
      Size: 1000,
      SharedSize: 0,
      VirtualSize: 1000,
      Labels: null,
      Containers: 2,
      Names: ['localhost/a:1'],
      Digest: digest,
      History: ['localhost/a:1', 'localhost/old:1'],
      Created: 1_704_164_645,
      CreatedAt: '2024-01-02T03:04:05Z'
    })
    const nameless = printed(printImage({ ...image, names: [], parent: undefined, labels: { b: '1', a: '2' } }, 0))
    expect(nameless).toMatchObject({ Dangling: true, ParentId: '', Labels: { a: '2', b: '1' } })
    expect(nameless).not.toHaveProperty('Names')
  })
})

describe('inspectImage', () => {
  it('leaves out what a config does not have, and lets templates ask for it', () => {
    const document = inspectImage(details()) as { readonly Config: { readonly Entrypoint?: unknown } }
    expect(printed(document)).toMatchObject({ Config: {}, Labels: null, Comment: '', Version: '', History: [] })
    expect(document.Config.Entrypoint).toEqual([])
    expect(printed(document)).not.toHaveProperty('Healthcheck')
  })

  it('shows layers as directories, the topmost as the upper one', () => {
    const data = (rootfs: ImageDetails['rootfs']) =>
      (printed(inspectImage(details({ rootfs })))['GraphDriver'] as { readonly Data: object }).Data
    expect(data([{ type: 'bind', source: '/l/1', options: ['ro'] }])).toEqual({ UpperDir: '/l/1' })
    expect(data([{ type: 'overlay', source: 'overlay', options: ['lowerdir=/l/3:/l/2:/l/1', 'ro'] }])).toEqual({
      LowerDir: '/l/2:/l/1',
      UpperDir: '/l/3'
    })
  })

  it('has the comment and health check of Docker’s form only there', () => {
    const imageConfig = {
      ...details().imageConfig,
      config: { Healthcheck: { Test: ['CMD', 'true'] } },
      comment: 'of the image',
      history: [{ comment: 'of the first step', created_by: 'x', empty_layer: true }]
    }
    const oci = printed(inspectImage(details({ imageConfig })))
    expect(oci).toMatchObject({
      Comment: 'of the first step',
      History: [{ created_by: 'x', comment: 'of the first step', empty_layer: true }]
    })
    const manifest = { ...descriptor, mediaType: 'application/vnd.docker.distribution.manifest.v2+json' }
    expect(printed(inspectImage(details({ imageConfig, manifest })))).toMatchObject({
      Comment: 'of the image',
      Healthcheck: { Test: ['CMD', 'true'] }
    })
  })
})
