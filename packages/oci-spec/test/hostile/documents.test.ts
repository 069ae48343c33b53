import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  digestOf,
  jsonLimits,
  ociMediaTypes,
  parseErrorBody,
  parseImageConfig,
  parseImageLayout,
  parseIndex,
  parseJson,
  parseManifest,
  parsePlatform,
  parseStrictJson,
  SpecError
} from '../../src/index.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

const descriptor = (mediaType: string, text: string) => ({
  mediaType,
  digest: digestOf(text),
  size: text.length,
  urls: ['https://example.com/blob'],
  annotations: { 'org.example.note': text },
  platform: { os: 'linux', architecture: 'amd64', variant: 'v2', 'os.features': ['a'] }
})
const manifest = {
  schemaVersion: 2,
  mediaType: ociMediaTypes.manifest,
  artifactType: 'application/vnd.example',
  config: descriptor(ociMediaTypes.config, 'config'),
  layers: [descriptor(ociMediaTypes.layer, 'one'), descriptor(ociMediaTypes.layerGzip, 'two')],
  subject: descriptor(ociMediaTypes.manifest, 'subject'),
  annotations: { key: 'value' }
}
const index = {
  schemaVersion: 2,
  mediaType: ociMediaTypes.index,
  manifests: [descriptor(ociMediaTypes.manifest, 'one'), descriptor(ociMediaTypes.index, 'two')],
  annotations: { key: 'value' }
}
const config = {
  created: '2026-01-02T03:04:05Z',
  architecture: 'amd64',
  os: 'linux',
  config: {
    User: 'nobody',
    ExposedPorts: { '80/tcp': {} },
    Env: ['A=b'],
    Cmd: ['sh'],
    Volumes: { '/data': {} },
    Labels: { a: 'b' },
    Healthcheck: { Test: ['CMD', 'true'], Interval: 1 }
  },
  rootfs: { type: 'layers', diff_ids: [digestOf('one')] },
  history: [{ created: '2026-01-02T03:04:05Z', created_by: 'sh', empty_layer: true }]
}

/** Values that readers stumble over. */
const odd: fc.Arbitrary<Json> = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>,
  fc.constantFrom<Json>(
    null,
    -1,
    2 ** 53,
    1e308,
    0.5,
    '',
    '\u0000\u001b[2J',
    'sha256:',
    `sha256:${'A'.repeat(64)}`,
    `sha256:${'../'.repeat(21)}a`,
    `sha512:${'a'.repeat(64)}`,
    [],
    {},
    [[]],
    { ['__proto__']: { polluted: true } }
  )
)

const keys = fc.oneof(
  fc.constantFrom(
    'manifests',
    'layers',
    'config',
    'Layers',
    'manifeſts',
    'fsLayers',
    'schemaVersion',
    '__proto__',
    'constructor'
  ),
  fc.string({ maxLength: 8 })
)

interface Mutation {
  readonly path: readonly number[]
  readonly key: string
  readonly value: Json
  readonly how: 'replace' | 'remove' | 'add'
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  path: fc.array(fc.nat(9), { minLength: 1, maxLength: 5 }),
  key: keys,
  value: odd,
  how: fc.constantFrom('replace', 'remove', 'add')
})

function mutated(value: Json, { path, ...what }: Mutation): Json {
  if (typeof value !== 'object' || value === null) return what.value
  const entries = Object.entries(value as Record<string, Json>)
  const [first = 0, ...rest] = path
  const at = entries.length === 0 ? 0 : first % entries.length
  if (rest.length === 0 || entries.length === 0) {
    if (what.how === 'add') entries.push([what.key, what.value])
    else if (what.how === 'remove') entries.splice(at, 1)
    else entries[at] = [entries[at]?.[0] ?? what.key, what.value]
  } else {
    const [key, inner] = entries[at] as [string, Json]
    entries[at] = [key, mutated(inner, { ...what, path: rest })]
  }
  return Array.isArray(value) ? entries.map(([, item]) => item) : Object.fromEntries(entries)
}

const mutations = fc.array(mutation, { minLength: 1, maxLength: 3 })
const document = (base: object) =>
  fc.oneof(
    { weight: 4, arbitrary: mutations.map((list) => list.reduce<Json>(mutated, base as Json)) },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json> }
  )

/** What the parser gives, or undefined when it refuses; anything but a SpecError fails the test. */
function tried<T>(parse: () => T): T | undefined {
  try {
    return parse()
  } catch (error) {
    if (!(error instanceof SpecError)) throw error
    return undefined
  }
}

const runs = { numRuns: 1500 }

describe('mutated documents', () => {
  it.each([
    ['manifest', manifest, parseManifest],
    ['index', index, parseIndex],
    ['config', config, parseImageConfig],
    ['layout', { imageLayoutVersion: '1.0.0' }, parseImageLayout],
    ['platform', { os: 'linux', architecture: 'arm64' }, (value: unknown) => parsePlatform(String(value))]
  ] as const)('a %s is read or refused', (_, base, parse) => {
    fc.assert(
      fc.property(document(base), (value) => {
        const text = JSON.stringify(value)
        tried(() => parse(parseJson(text, jsonLimits.config)))
        expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
      }),
      runs
    )
  })

  it('are never a manifest and an index', () => {
    fc.assert(
      fc.property(fc.oneof(document(manifest), document(index), document({ ...manifest, ...index })), (value) => {
        const asManifest = tried(() => parseManifest(value))
        const asIndex = tried(() => parseIndex(value))
        expect(asManifest !== undefined && asIndex !== undefined).toBe(false)
      }),
      runs
    )
  })

  it('give sizes and digests that can be relied on', () => {
    fc.assert(
      fc.property(document(manifest), (value) => {
        const read = tried(() => parseManifest(value))
        for (const { digest, size } of read === undefined ? [] : [read.config, ...read.layers]) {
          expect(digest).toMatch(/^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128})$/)
          expect(Number.isSafeInteger(size) && size >= 0).toBe(true)
        }
      }),
      runs
    )
  })
})

describe('a document that readers could disagree about', () => {
  // Go's reader compares names of members without regard to case, with Unicode's folding.
  it.each(['Manifests', 'MANIFESTS', 'manifeſts', 'manifestſ'])('a manifest with %s is refused', (key) => {
    expect(() => parseManifest({ ...manifest, [key]: index.manifests })).toThrow(SpecError)
  })

  it.each(['Layers', 'layerſ', 'Config', 'CONFIG'])('an index with %s is refused', (key) => {
    expect(() => parseIndex({ ...index, [key]: [] })).toThrow(SpecError)
  })

  it.each(['Layers', 'layerſ', 'Config', 'SchemaVersion', 'mediatype', 'Subject', 'ANNOTATIONS'])(
    'a second %s in another spelling is refused',
    (key) => {
      expect(() => parseManifest({ ...manifest, [key]: null })).toThrow(SpecError)
      expect(() => parseIndex({ ...index, [key]: null })).toThrow(SpecError)
    }
  )
})

describe('a descriptor that readers could disagree about', () => {
  it.each(['Digest', 'DIGEST', 'Size', 'ſize', 'mediatype', 'Platform', 'URLs', 'Data'])(
    'with %s is refused',
    (key) => {
      const layers = [{ ...manifest.layers[0], [key]: manifest.config.digest }]
      expect(() => parseManifest({ ...manifest, layers })).toThrow(/\/layers\/0: .* is another spelling/)
    }
  )
})

describe('any bytes', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.jsonValue().map((value) => JSON.stringify(value)),
    fc.constantFrom('{"a":1,"a":2}', '{"\\u0061":1,"a":2}', '{"a":{"b":1,"b":1}}', '[{"a":1},{"a":1}]')
  )

  it('are no error body, or a short one', () => {
    fc.assert(
      fc.property(text, (body) => {
        for (const { code, message } of parseErrorBody(body)) {
          expect(code).toMatch(/^[A-Z0-9_]{1,64}$/)
          expect(message.length).toBeLessThanOrEqual(512)
        }
      })
    )
  })

  it('are strict JSON just when no member is there twice', () => {
    fc.assert(
      fc.property(text, (body) => {
        const strict = tried(() => parseStrictJson(body, jsonLimits.manifest))
        if (strict !== undefined) expect(strict).toEqual(parseJson(body, jsonLimits.manifest))
      }),
      runs
    )
    expect(() => parseStrictJson('{"a":1,"a":2}', jsonLimits.manifest)).toThrow(SpecError)
    expect(() => parseStrictJson('{"\\u0061":1,"a":2}', jsonLimits.manifest)).toThrow(SpecError)
    expect(() => parseStrictJson('{"x":{"a":1},"a":{"b":[{"b":1,"b":2}]}}', jsonLimits.manifest)).toThrow(SpecError)
  })
})
