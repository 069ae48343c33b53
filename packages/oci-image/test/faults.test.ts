import { type Fault, randomImage } from '@runcible/fixtures'
import { expect, test } from 'vitest'
import { ociImageStore } from '../src/index.ts'
import { type Sandbox, sandbox } from './sandbox.ts'

const big = () => randomImage({ layers: 1, entries: 2, fileSize: 300_000, compression: 'none' })

async function expectClean(box: Sandbox): Promise<void> {
  expect(await box.images.list()).toEqual([])
  expect((await box.snapshots()).filter(({ kind }) => kind === 'active')).toEqual([])
}

const blobRequests = (box: Sandbox, path: string) =>
  box.registry.requests.filter((request) => request.path.includes(path))

test.each<[string, Fault[]]>([
  ['a cut connection', [{ on: 'blob', action: 'truncate', after: 200_000, times: 2 }]],
  ['an early end', [{ on: 'blob', action: 'short', after: 100_000, times: 1 }]],
  ['a stall', [{ on: 'blob', action: 'stall', after: 150_000, times: 1 }]],
  ['a reset', [{ on: 'blob', action: 'reset', times: 2 }]],
  ['status 500', [{ on: 'blob', action: 'status', status: 500, times: 2 }]],
  ['status 503 with Retry-After', [{ on: 'manifest', action: 'status', status: 503, retryAfter: '0', times: 2 }]],
  ['status 429', [{ on: 'manifest', action: 'status', status: 429, retryAfter: '0', times: 1 }]],
  ['a reset of the manifest', [{ on: 'manifest', action: 'reset', times: 1 }]],
  ['a cut manifest', [{ on: 'manifest', action: 'truncate', after: 20, times: 1 }]]
])('gets over %s', async (_, faults) => {
  await using box = await sandbox()
  const image = big()
  // The layer's requests, not those of the config, which is too small to be cut.
  for (const fault of faults)
    box.registry.addFault(fault.on === 'blob' ? { ...fault, path: image.layers[0]?.digest ?? '' } : fault)
  expect(await box.images.pull(box.registry.put(image, 'app'))).toMatchObject({ id: image.id })
  expect(box.registry.requests.length).toBeGreaterThan(3)
})

test('continues a cut blob where it ended', async () => {
  await using box = await sandbox()
  const image = big()
  const [layer] = image.layers
  box.registry.addFault({ on: 'blob', path: layer?.digest ?? '', action: 'truncate', after: 250_000, times: 1 })
  await box.images.pull(box.registry.put(image, 'app'))
  expect(blobRequests(box, layer?.digest ?? '').map(({ range }) => range)).toEqual([undefined, 'bytes=250000-'])
})

test('continues at a server that ignores ranges', async () => {
  await using box = await sandbox()
  const image = big()
  box.registry.addFault({
    on: 'blob',
    path: image.layers[0]?.digest ?? '',
    action: 'truncate',
    after: 250_000,
    times: 1
  })
  box.registry.addFault({ on: 'blob', path: image.layers[0]?.digest ?? '', action: 'no-range' })
  expect(await box.images.pull(box.registry.put(image, 'app'))).toMatchObject({ id: image.id })
})

test('the next pull continues what a failed one left', async () => {
  await using box = await sandbox()
  const image = big()
  const layer = image.layers[0]?.digest ?? ''
  const name = box.registry.put(image, 'app')
  box.registry.addFault({ on: 'blob', path: layer, action: 'truncate', after: 100_000, times: 1 })
  box.registry.addFault({ on: 'blob', path: layer, action: 'status', status: 500 })
  await expect(box.images.pull(name)).rejects.toMatchObject({ code: 'unavailable' })
  await expectClean(box)
  box.registry.clearFaults()
  box.registry.requests.length = 0
  await box.images.pull(name)
  expect(blobRequests(box, layer).map(({ range }) => range)).toEqual(['bytes=100000-'])
})

test.each<[string, Fault, object]>([
  ['corruption', { on: 'blob', action: 'corrupt', at: 777 }, { code: 'corrupt' }],
  [
    'a corrupt manifest',
    { on: 'manifest', action: 'corrupt', at: 30 },
    { code: 'corrupt', message: expect.stringContaining('instead of sha256:') }
  ],
  [
    'a blob that always ends early',
    { on: 'blob', action: 'short', after: 50 },
    { code: 'unavailable', message: expect.stringMatching(/ended blob sha256:\w+ after 150 of \d+ bytes/) }
  ],
  [
    'a stall without end',
    { on: 'blob', action: 'stall', after: 10 },
    { code: 'unavailable', message: expect.stringContaining('stopped sending') }
  ],
  [
    'a wrong length',
    { on: 'blob', action: 'wrong-length', by: 5 },
    { code: 'corrupt', message: expect.stringContaining('its manifest says') }
  ],
  [
    'an endless manifest',
    { on: 'manifest', action: 'huge' },
    { code: 'corrupt', message: expect.stringContaining('larger than the limit of 4 MiB') }
  ],
  [
    'status 500',
    { on: 'manifest', action: 'status', status: 500 },
    { code: 'unavailable', message: expect.stringContaining('failed with status 500') }
  ],
  [
    'a rate limit',
    { on: 'manifest', action: 'status', status: 429, retryAfter: '3600' },
    { code: 'exhausted', message: expect.stringContaining('try again in 60 min (after 2') }
  ],
  [
    'status 403',
    { on: 'manifest', action: 'status', status: 403 },
    { code: 'unauthorized', hint: expect.stringContaining('runcible login') }
  ],
  [
    'a missing blob',
    { on: 'blob', action: 'status', status: 404 },
    { code: 'not-found', message: expect.stringContaining('does not have blob') }
  ]
])('ends with a clear error after %s', async (_, fault, expected) => {
  await using box = await sandbox({}, { faults: [fault] })
  await expect(box.images.pull(box.registry.put(big(), 'app'))).rejects.toMatchObject(expected)
  await expectClean(box)
  box.registry.clearFaults()
  const image = big()
  expect(await box.images.pull(box.registry.put(image, 'app'))).toMatchObject({ id: image.id })
})

test('sends no credentials to the host of a redirect', async () => {
  const auth = { scheme: 'basic', username: 'ann', password: 'secret' } as const
  await using box = await sandbox({}, { auth, faults: [{ on: 'blob', action: 'redirect' }] })
  const image = big()
  await box.images.pull(box.registry.put(image, 'app'), { auth })
  expect(box.registry.redirected).toHaveLength(2)
  expect(box.registry.redirected.map(({ authorization }) => authorization)).toEqual([undefined, undefined])
})

test.each([
  ['a stalled blob', { on: 'blob', action: 'stall', after: 1000 }],
  ['the wait between attempts', { on: 'blob', action: 'status', status: 503, retryAfter: '30' }],
  ['a stalled manifest', { on: 'manifest', action: 'stall', after: 10 }]
] as const)('stops during %s and leaves nothing', async (_, fault) => {
  await using box = await sandbox({ retry: { stallTimeout: 60_000 } }, { faults: [fault] })
  const controller = new AbortController()
  const name = box.registry.put(big(), 'app')
  const pull = box.images.pull(name, {}, { signal: controller.signal })
  while (!box.registry.requests.some(({ kind }) => kind === fault.on))
    await new Promise((resolve) => setTimeout(resolve, 5))
  await new Promise((resolve) => setTimeout(resolve, 30))
  // Every wait of this pull is longer than the time limit of the test.
  controller.abort()
  await expect(pull).rejects.toMatchObject({ code: 'aborted' })
  await expectClean(box)
  expect(await box.blobs()).toEqual([])
  box.registry.clearFaults()
  box.registry.requests.length = 0
  await box.images.pull(name)
  expect(box.registry.requests.map(({ range }) => range)).toEqual([undefined, undefined, undefined])
})

test('a signal that fired before ends the pull at once', async () => {
  await using box = await sandbox()
  const name = box.registry.put(big(), 'app')
  await expect(box.images.pull(name, {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'aborted' })
  expect(box.registry.requests).toEqual([])
})

test('the failure of one layer is what is reported, and the bytes of the others stay', async () => {
  await using box = await sandbox({ retry: { stallTimeout: 60_000 } })
  const image = randomImage({ layers: 3, entries: 1, fileSize: 100_000, compression: 'none' })
  const name = box.registry.put(image, 'app')
  const [, second = '', third = ''] = image.layers.map(({ digest }) => digest)
  box.registry.addFault({ on: 'blob', path: second, action: 'stall', after: 50_000, times: 1 })
  box.registry.addFault({ on: 'blob', path: third, action: 'status', status: 404, times: 1 })
  const { differ } = box.components
  // Unpacking that takes until it is cancelled.
  const waiting: typeof differ = {
    ...differ,
    apply: (_layer, _mounts, { signal } = {}) =>
      new Promise((_, reject) => signal?.addEventListener('abort', () => reject(new Error('unpacking was ended'))))
  }
  const images = ociImageStore({ registries: { insecure: [box.registry.host] } })({
    ...box.components,
    differ: waiting
  })
  await expect(images.pull(name)).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining(third) })
  await expectClean(box)
})

test('a pull mends an image that lost something', async () => {
  await using box = await sandbox()
  const image = randomImage({ layers: 2 })
  const name = box.registry.put(image, 'app')
  const { chainId } = await box.images.pull(name)
  await box.components.snapshotter.remove(chainId ?? '')
  await box.components.content.delete(image.config.digest)
  await expect(box.images.resolve(name)).rejects.toMatchObject({ code: 'not-found' })
  expect(await box.images.pull(name)).toMatchObject({ id: image.id })
  expect(await box.components.snapshotter.stat(chainId ?? '')).toBeDefined()
})
