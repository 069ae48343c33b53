import { fakeManifestLists } from '@runcible/fakes'
import { type Descriptor, digestOf, ociMediaTypes } from '@runcible/oci-spec'
import { describe, expect, it } from 'vitest'
import { fakeEngine } from '../support/fake-engine.ts'
import { runCli } from '../support/run-cli.ts'

const descriptor = (architecture: string): Descriptor => ({
  mediaType: ociMediaTypes.manifest,
  digest: digestOf(Buffer.from(architecture)),
  size: 348,
  platform: { architecture, os: 'linux' }
})
const images = new Map([
  ['example.com/app:arm', descriptor('arm64')],
  ['example.com/app:amd', descriptor('amd64')]
])

const made = () => {
  const pushed = new Map<string, Uint8Array>()
  const manifests = fakeManifestLists({ images, pushed })
  return { manifests, pushed, engine: fakeEngine({ manifests }) }
}

describe('manifest', () => {
  it('create, add, annotate and remove print the id of the list', async () => {
    const { engine, manifests } = made()
    const { stdout } = await runCli(['manifest', 'create', '--annotation', 'a=b', 'list'], { engine })
    const { id } = await manifests.get('list')
    expect(stdout).toBe(`${id}\n`)
    const { digest } = descriptor('arm64')
    const lines = [
      [
        'add',
        '--variant',
        'v8',
        '--os-version=9',
        '--annotation',
        'c=d',
        '--features',
        'x,y',
        'list',
        'docker://example.com/app:arm'
      ],
      ['add', 'list', 'example.com/app:amd'],
      ['annotate', '--os-features', 'win32k', '--arch', 'arm', 'list', digest],
      ['annotate', '--index', '--annotation', 'e=f', '--subject', 'example.com/app:amd', 'list'],
      ['add', '--artifact', '--artifact-type', 'a/b', 'list', 'some-file'],
      ['remove', 'list', descriptor('amd64').digest]
    ]
    for (const line of lines)
      expect(await runCli(['manifest', ...line], { engine })).toMatchObject({ code: 0, stdout: `${id}\n` })
    expect((await manifests.get('list')).index).toMatchObject({
      annotations: { a: 'b', e: 'f' },
      subject: { digest: descriptor('amd64').digest },
      manifests: [
        {
          digest,
          annotations: { c: 'd' },
          platform: {
            architecture: 'arm',
            variant: 'v8',
            'os.version': '9',
            'os.features': ['win32k'],
            features: ['x', 'y']
          }
        },
        { artifactType: 'a/b' }
      ]
    })
  })

  it('inspect prints what podman prints', async () => {
    const { engine } = made()
    await runCli(['manifest', 'create', 'list'], { engine })
    expect((await runCli(['manifest', 'inspect', 'list'], { engine })).stdout).toBe(`{
    "schemaVersion": 2,
    "mediaType": "application/vnd.docker.distribution.manifest.list.v2+json",
    "manifests": null
}
`)
    await runCli(['manifest', 'add', '--annotation', 'a=b', 'list', 'example.com/app:arm'], { engine })
    expect((await runCli(['manifest', 'inspect', 'list'], { engine })).stdout).toBe(`{
    "schemaVersion": 2,
    "mediaType": "application/vnd.oci.image.index.v1+json",
    "manifests": [
        {
            "mediaType": "application/vnd.oci.image.manifest.v1+json",
            "size": 348,
            "digest": "${descriptor('arm64').digest}",
            "platform": {
                "architecture": "arm64",
                "os": "linux"
            },
            "annotations": {
                "a": "b"
            }
        }
    ]
}
`)
  })

  it('inspect says when it is no list', async () => {
    const { engine } = made()
    const { stdout, stderr, code } = await runCli(['manifest', 'inspect', 'example.com/app:arm'], { engine })
    expect([stdout, code]).toEqual(['{}\n', 0])
    expect(stderr).toBe(
      'warning: example.com/app:arm is no list but a single image (application/vnd.oci.image.manifest.v1+json); its manifest follows\n'
    )
  })

  it('push sends the list, and with --rm takes it away', async () => {
    const { engine, manifests, pushed } = made()
    const { bytes } = await manifests.create('list', { images: ['example.com/app:arm'] })
    expect(
      (await runCli(['manifest', 'push', '-q', '--rm', 'list', 'docker://example.com/list:1'], { engine })).code
    ).toBe(0)
    expect(pushed.get('example.com/list:1')).toEqual(bytes)
    expect(await manifests.list()).toEqual([])
  })

  it('exists and rm have their exit codes', async () => {
    const { engine, manifests } = made()
    const { id } = await manifests.create('list')
    expect((await runCli(['manifest', 'exists', 'list'], { engine })).code).toBe(0)
    expect((await runCli(['manifest', 'exists', 'none'], { engine })).code).toBe(1)
    expect((await runCli(['manifest', 'exists', 'example.com/app:arm'], { engine })).code).toBe(125)
    expect(await runCli(['manifest', 'rm', 'list', 'none'], { engine })).toMatchObject({
      code: 1,
      stdout: `Untagged: localhost/list:latest\nDeleted: ${id}\n`,
      stderr: expect.stringContaining('none: image not known')
    })
    expect(await runCli(['manifest', 'rm', '--ignore', 'none'], { engine })).toMatchObject({ code: 0, stderr: '' })
  })

  it.each([
    [['add', '--artifact-type', 'a/b', 'list', 'image'], '--artifact-type goes with --artifact'],
    [['add', '--artifact', '--all', 'list', 'file'], '--all says nothing about files'],
    [['add', '--annotation', 'plain', 'list', 'image'], '"plain" is not key=value'],
    [['annotate', '--index', '--arch', 'arm', 'list'], 'a list has no platform of its own'],
    [['annotate', 'list'], 'requires at least 2 arguments'],
    [['push', '--add-compression', 'xz', 'list'], '"xz" is neither gzip nor zstd'],
    [['push', '--format', 'v1', 'list'], 'unknown format "v1"']
  ])('refuses %j', async (line, message) => {
    const { code, stderr } = await runCli(['manifest', ...line], { engine: made().engine })
    expect(code).toBe(125)
    expect(stderr).toContain(message)
  })
})
