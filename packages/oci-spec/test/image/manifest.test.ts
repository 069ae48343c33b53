import { describe, expect, it } from 'vitest'
import { digestOf, dockerMediaTypes, ociMediaTypes, parseIndex, parseManifest } from '../../src/index.ts'

const config = { mediaType: ociMediaTypes.config, digest: digestOf('config'), size: 6 }
const layer = { mediaType: ociMediaTypes.layer, digest: digestOf('layer'), size: 5 }
const manifest = { schemaVersion: 2, mediaType: ociMediaTypes.manifest, config, layers: [layer] }

describe('parseManifest', () => {
  it('reads OCI and Docker schema 2', () => {
    expect(parseManifest(manifest)).toEqual(manifest)
    const docker = { ...manifest, mediaType: dockerMediaTypes.manifest }
    expect(parseManifest(docker)).toEqual(docker)
  })

  it('takes a null list of layers for an empty one, as Go programs write it', () => {
    expect(parseManifest({ ...manifest, layers: null }).layers).toEqual([])
  })

  it.each([
    { schemaVersion: 1, fsLayers: [], history: [] },
    { schemaVersion: 1, name: 'x' },
    { schemaVersion: 2, mediaType: dockerMediaTypes.manifestSchema1Signed },
    { ...manifest, fsLayers: [] }
  ])('refuses schema 1 and says so', (document) => {
    expect(() => parseManifest(document)).toThrow(/schema 1 is not supported/)
    expect(() => parseIndex(document)).toThrow(/schema 1 is not supported/)
  })

  it.each(['manifests', 'Manifests', 'MANIFESTS'])(
    'refuses a document that could also be read as an index (%s)',
    (key) => {
      expect(() => parseManifest({ ...manifest, [key]: [] })).toThrow(/must not have "manifests"/i)
    }
  )

  it('refuses the media type of an index and an unknown schema version', () => {
    expect(() => parseManifest({ ...manifest, mediaType: ociMediaTypes.index })).toThrow(
      /mediaType: .* is not a media type of an image manifest/
    )
    expect(() => parseManifest({ ...manifest, schemaVersion: 3 })).toThrow(/schemaVersion/)
    expect(() => parseManifest({ ...manifest, schemaVersion: '2' })).toThrow(/schemaVersion/)
  })

  it('names the place of what is wrong', () => {
    expect(() => parseManifest({ ...manifest, layers: [layer, { ...layer, digest: 'sha256:x' }] })).toThrow(
      /^\/layers\/1\/digest: /
    )
    expect(() => parseManifest({ ...manifest, config: undefined })).toThrow(
      /^\/config: expected an object, got nothing/
    )
    expect(() => parseManifest([])).toThrow(/expected an object, got an array/)
  })
})
