import { describe, expect, it } from 'vitest'
import {
  dockerMediaTypes,
  isConfigMediaType,
  isIndexMediaType,
  isLayerMediaType,
  isManifestMediaType,
  isNondistributableLayer,
  layerCompression,
  ociMediaTypes
} from '../src/index.ts'

const every = [...Object.values(ociMediaTypes), ...Object.values(dockerMediaTypes)]

describe('media types', () => {
  it('gives each one at most one kind', () => {
    for (const type of every) {
      const kinds = [isConfigMediaType, isIndexMediaType, isLayerMediaType, isManifestMediaType].filter((is) =>
        is(type)
      )
      expect(kinds.length, type).toBeLessThanOrEqual(1)
    }
  })

  it('knows how layers are packed', () => {
    expect(layerCompression(ociMediaTypes.layer)).toBe('none')
    expect(layerCompression(ociMediaTypes.layerZstd)).toBe('zstd')
    expect(layerCompression(dockerMediaTypes.layerGzip)).toBe('gzip')
    expect(layerCompression(ociMediaTypes.config)).toBeUndefined()
    expect(layerCompression('constructor')).toBeUndefined()
  })

  it('marks layers that are not to be pushed', () => {
    expect(every.filter(isNondistributableLayer)).toHaveLength(5)
    expect(isNondistributableLayer(dockerMediaTypes.layerGzip)).toBe(false)
  })
})
