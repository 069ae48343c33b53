import { describe, expect, it } from 'vitest'
import { digestOf, dockerMediaTypes, ociMediaTypes, parseIndex } from '../../src/index.ts'

const entry = {
  mediaType: ociMediaTypes.manifest,
  digest: digestOf('m'),
  size: 1,
  platform: { os: 'linux', architecture: 'amd64' }
}
const index = { schemaVersion: 2, mediaType: ociMediaTypes.index, manifests: [entry] }

describe('parseIndex', () => {
  it('reads OCI indexes and Docker manifest lists', () => {
    expect(parseIndex(index)).toEqual(index)
    const list = { ...index, mediaType: dockerMediaTypes.manifestList }
    expect(parseIndex(list)).toEqual(list)
    const { mediaType: _, ...bare } = index
    expect(parseIndex(bare)).toEqual(bare)
  })

  it('may be empty, as in a new image layout', () => {
    expect(parseIndex({ ...index, manifests: null }).manifests).toEqual([])
  })

  it.each(['config', 'layers', 'Layers'])('refuses a document that could also be read as a manifest (%s)', (key) => {
    expect(() => parseIndex({ ...index, [key]: [] })).toThrow(/must not have/)
  })

  it('refuses a manifest and a missing list', () => {
    expect(() => parseIndex({ ...index, mediaType: ociMediaTypes.manifest })).toThrow(
      /not a media type of an image index/
    )
    expect(() => parseIndex({ schemaVersion: 2 })).toThrow(/^\/manifests: expected a list/)
  })
})
