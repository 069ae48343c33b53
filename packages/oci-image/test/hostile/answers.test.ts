import { fakeContentStore } from '@runcible/fakes'
import { isEngineError } from '@runcible/interface'
import { digestOf, ociMediaTypes } from '@runcible/oci-spec'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Answer, clientOf, scriptedServer } from '../registry/scripted-server.ts'

const bytes = Buffer.from('content')
const descriptor = { mediaType: ociMediaTypes.layer, digest: digestOf(bytes), size: bytes.length }

// Node's server writes no other characters into a header.
const headerText = fc.oneof(
  fc.stringMatching(/^[\x20-\x7e]{0,60}$/),
  fc.constantFrom(
    'Bearer realm="https://x/t"',
    'Bearer realm="',
    'Basic',
    '</v2/_catalog?n=1>; rel="next"',
    '<//evil.example/>; rel="next"',
    '/v2/x',
    'http://[',
    'bytes 0-6/7',
    'bytes 3-6/7',
    'bytes 7-3/*',
    descriptor.digest,
    'sha256:x',
    '-1',
    '1e9',
    'text/html',
    ociMediaTypes.index,
    ociMediaTypes.manifest
  )
)
const headerName = fc.constantFrom(
  'www-authenticate',
  'link',
  'location',
  'content-range',
  'docker-content-digest',
  'content-type',
  'range',
  'oci-subject',
  'oci-filters-applied',
  'docker-upload-uuid',
  'ratelimit-limit'
)
const body = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }).map((value) => JSON.stringify(value)),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '{"tags":null}',
    '{"tags":[1]}',
    '{"tags":{"length":2}}',
    '{"repositories":["a","a"]}',
    '{"results":[null,{"name":7},{"name":"x","star_count":"1e9"}]}',
    '{"errors":[null]}',
    '{"errors":{"length":1}}',
    '{"token":"t","expires_in":-1}',
    '{"token":"a b\\r\\nx: y"}',
    `{"schemaVersion":2,"mediaType":"${ociMediaTypes.index}","manifests":[{}]}`,
    'content',
    ''
  )
)
const answer: fc.Arbitrary<Answer> = fc.record({
  status: fc.constantFrom(200, 200, 200, 201, 202, 204, 206, 301, 307, 400, 401, 401, 403, 404, 405, 416, 429, 500),
  headers: fc.dictionary(headerName, headerText, { maxKeys: 3 }),
  body
})

test('whatever a registry answers, a client gives a result or an EngineError', async () => {
  let script: readonly Answer[] = []
  let asked = 0
  await using server = await scriptedServer(() => script[asked++ % script.length] ?? {})
  const uses: readonly ((client: ReturnType<typeof clientOf>) => Promise<unknown>)[] = [
    (client) => client.manifest('a', 'v1'),
    (client) => client.manifest('a', descriptor.digest),
    (client) => client.download('a', { descriptor, content: fakeContentStore() }),
    (client) => Array.fromAsync(client.blob('a', descriptor)),
    (client) => client.hasBlob('a', descriptor),
    (client) => client.putManifest('a', 'v1', { ...descriptor, bytes }),
    (client) => client.deleteManifest('a', descriptor.digest),
    (client) => Array.fromAsync(client.tags('a')),
    (client) => Array.fromAsync(client.catalog()),
    (client) => client.search('a', 5),
    (client) => client.referrers('a', descriptor.digest),
    (client) => client.ping()
  ]
  await fc.assert(
    fc.asyncProperty(
      fc.array(answer, { minLength: 1, maxLength: 4 }),
      fc.nat(uses.length - 1),
      async (answers, which) => {
        script = answers
        asked = 0
        const auth = { username: 'ann', password: 'MaRkEr' }
        const retry = { attempts: 2, firstDelay: 0, longestDelay: 0, longestRetryAfter: 0, stallTimeout: 2000 }
        await using client = clientOf(server.host, { insecure: true, auth, retry })
        try {
          await uses[which]!(client)
        } catch (error) {
          if (!isEngineError(error)) throw error
          expect(error.message).not.toContain('MaRkEr')
          // oxlint-disable-next-line no-control-regex
          expect(error.message).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/)
        }
        expect(asked).toBeLessThan(60)
      }
    ),
    { numRuns: 500, interruptAfterTimeLimit: 8000 }
  )
})
