import { EngineError } from '@runcible/interface'
import { expect, test } from 'vitest'
import { fakeEngine } from '../support/fake-engine.ts'
import { runCli } from '../support/run-cli.ts'

const places = ['docker://a', 'dir:b'] as const

const copied = async (...flags: readonly string[]): Promise<unknown> => {
  const engine = fakeEngine()
  const { code, stderr } = await runCli(['image', 'copy', ...flags, ...places], { engine })
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return JSON.parse(engine.calls[0]?.replace(/^[^{]*/, '') ?? '')
}

test.each([
  [['--tmpdir', '/tmp'], { source: { temporaryDirectory: '/tmp' }, destination: { temporaryDirectory: '/tmp' } }],
  [['--user-agent-prefix', 'ci/1'], { source: { userAgentPrefix: 'ci/1' }, destination: { userAgentPrefix: 'ci/1' } }],
  [
    ['--src-daemon-host', 'unix:///a', '--dest-daemon-host', 'https://b:1'],
    { source: { daemonHost: 'unix:///a' }, destination: { daemonHost: 'https://b:1' } }
  ],
  [['--dest-precompute-digests', '--dest-oci-accept-uncompressed-layers=true'], { source: {}, destination: {} }],
  [['--command-timeout', '10m', '--debug'], { source: {}, destination: {} }]
])('image copy %j', async (flags, expected) => {
  expect(await copied(...flags)).toEqual(expected)
})

test.each([
  [['--tmpdir', '/no/such'], 'no such directory'],
  [['--user-agent-prefix', 'a\r\nb: c'], 'printable ASCII'],
  [['--command-timeout', 'soon'], 'is not a duration'],
  [['--command-timeout', '-1s'], 'is not a duration'],
  [['--src-daemon-host', ''], 'must not be empty'],
  [['--dest-precompute-digests=false'], 'it is always so'],
  [['--dest-oci-accept-uncompressed-layers=false'], 'it is always so'],
  [['--encryption-key', 'jwe:key.pem'], 'there is no ocicrypt here'],
  [['--encrypt-layer', '0'], 'there is no ocicrypt here'],
  [['--decryption-key', 'key.pem'], 'there is no ocicrypt here']
])('image copy %j is refused', async (flags, message) => {
  const { code, stderr } = await runCli(['image', 'copy', ...flags, ...places], { engine: fakeEngine() })
  expect(code).toBe(125)
  expect(stderr).toContain(message)
})

test.each([
  ['pull', ['--disable-content-trust=false', 'a'], "Docker's content trust"],
  ['pull', ['--decryption-key', 'k', 'a'], 'there is no ocicrypt here'],
  ['push', ['--disable-content-trust=false', 'a'], "Docker's content trust"],
  ['push', ['--encrypt-layer', '-1', 'a'], 'there is no ocicrypt here'],
  ['run', ['--disable-content-trust=false', 'a'], "Docker's content trust"],
  ['create', ['--decryption-key', 'k', 'a'], 'there is no ocicrypt here']
])('%s %j is refused', async (verb, args, message) => {
  const engine = fakeEngine()
  const { code, stderr } = await runCli([verb, ...args], { engine })
  expect(code).toBe(125)
  expect(stderr).toContain(message)
  expect(engine.calls).toEqual([])
})

test.each(['image inspect', 'image delete', 'image list-tags', 'image sync'])('%s has them too', async (name) => {
  const flags = ['--command-timeout=1h', '--tmpdir=/no/such', '--user-agent-prefix=x']
  const extra = name === 'image sync' ? ['--src=docker', '--dest=dir', 'b'] : []
  const { stderr } = await runCli([...name.split(' '), ...flags, 'docker://a', ...extra], { engine: fakeEngine() })
  expect(stderr).toContain('--tmpdir /no/such: no such directory')
})

test('a command that takes longer than it may is ended', async () => {
  const slow = fakeEngine()
  const images = {
    ...slow.images,
    copy: (_source: string, _destination: string, _request?: unknown, options?: { readonly signal?: AbortSignal }) =>
      new Promise<never>((_, reject) => {
        const alive = setInterval(() => undefined, 1000)
        options?.signal?.addEventListener('abort', () => {
          clearInterval(alive)
          reject(options.signal?.reason as Error)
        })
      })
  }
  const engine = Object.assign(Object.create(slow) as typeof slow, { images })
  const { code, stderr } = await runCli(['image', 'copy', '--command-timeout', '20ms', ...places], { engine })
  expect(code).toBe(125)
  expect(stderr).toContain('the command did not end within 20ms')
})

test.each([
  [
    'inspect',
    ['--shared-blob-dir', '/b', '--override-arch', 'arm64'],
    { sharedBlobDirectory: '/b', platform: { architecture: 'arm64' } }
  ],
  ['inspect', ['--daemon-host', 'unix:///d'], { daemonHost: 'unix:///d' }],
  [
    'delete',
    ['--shared-blob-dir', '/b', '--daemon-host', 'http://h:1'],
    { sharedBlobDirectory: '/b', daemonHost: 'http://h:1' }
  ]
])('image %s %j', async (verb, flags, expected) => {
  const engine = fakeEngine()
  const asked: unknown[] = []
  const registries = new Proxy(engine.registries, {
    get: () => async (place: string, request: unknown) => {
      asked.push(place, request)
      throw new EngineError('unavailable', 'asked')
    }
  })
  const { stderr } = await runCli(['image', verb, ...flags, 'docker-daemon:a:1'], {
    engine: Object.assign(Object.create(engine) as typeof engine, { registries })
  })
  expect(stderr).toContain('asked')
  expect(asked).toMatchObject(['docker-daemon:a:1', expected])
})
