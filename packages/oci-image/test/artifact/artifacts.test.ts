import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { randomImage } from '@runcible/fixtures'
import type { ContentStore } from '@runcible/interface'
import { digestOf, ociMediaTypes } from '@runcible/oci-spec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contentType } from '../../src/artifact/content-type.ts'
import { ociArtifacts } from '../../src/index.ts'
import { sandbox, type Sandbox } from '../sandbox.ts'

let directory: string
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'artifacts-'))
})
afterAll(() => rm(directory, { recursive: true }))

const artifactsOf = (box: Sandbox) =>
  ociArtifacts({ registries: { insecure: [box.registry.host] }, retry: { attempts: 1 } })(box.components)

async function file(name: string, content: string | Uint8Array = name): Promise<string> {
  await writeFile(join(directory, name), content)
  return join(directory, name)
}

test('guesses the types of files as web servers do', async () => {
  await using box = await sandbox()
  const files = [
    await file('a.json', '{"a":1}'),
    await file('b.gz', Buffer.from('1f8b0800', 'hex')),
    await file('c', Buffer.from([0, 1, 2]))
  ]
  const { manifest } = await artifactsOf(box).add('art', { files })
  expect(manifest.layers.map(({ mediaType }) => mediaType)).toEqual([
    'text/plain; charset=utf-8',
    'application/x-gzip',
    'application/octet-stream'
  ])
  expect(contentType(Buffer.from('  <!DOCTYPE html>x'))).toBe('text/html; charset=utf-8')
  expect(contentType(Buffer.from('<?xml version="1.0"?>'))).toBe('text/xml; charset=utf-8')
  expect(contentType(Buffer.from('RIFF0000WAVEfmt '))).toBe('audio/wave')
})

test('refuses what is no regular file, and two files of one title; nothing is kept', async () => {
  await using box = await sandbox()
  const artifacts = artifactsOf(box)
  const one = await file('one')
  await expect(artifacts.add('art', { files: [one, directory] })).rejects.toMatchObject({ code: 'invalid-argument' })
  await expect(artifacts.add('art', { files: [one, join(directory, 'absent')] })).rejects.toMatchObject({
    message: expect.stringContaining('no such file')
  })
  await expect(artifacts.add('art', { files: [one, one] })).rejects.toMatchObject({ code: 'already-exists' })
  await expect(artifacts.add('art', { files: [one], type: 'no type' })).rejects.toMatchObject({
    code: 'invalid-argument'
  })
  expect(await artifacts.list()).toEqual([])
  expect(await box.blobs()).toEqual([])
})

test('ends when it is aborted between reading a file and storing it; nothing is kept', async () => {
  await using box = await sandbox()
  const controller = new AbortController()
  const { content } = box.components
  const aborting: ContentStore = {
    ...content,
    async ingest(request, options) {
      if (request.ref.startsWith('blob/')) controller.abort()
      // A stream that was opened too early fails now, with nobody to hear it.
      await setImmediate()
      return await content.ingest(request, options)
    }
  }
  const artifacts = ociArtifacts({})({ ...box.components, content: aborting })
  const files = [await file('aborted')]
  await expect(artifacts.add('art', { files }, { signal: controller.signal })).rejects.toMatchObject({
    code: 'aborted'
  })
  const before = ociArtifacts({})(box.components).add('art', { files }, { signal: AbortSignal.abort() })
  await expect(before).rejects.toMatchObject({ code: 'aborted' })
  await setImmediate()
  expect(await artifacts.list()).toEqual([])
})

test('files that nothing has any more go, those of other artifacts stay', async () => {
  await using box = await sandbox()
  const artifacts = artifactsOf(box)
  const shared = await file('shared')
  const first = await artifacts.add('one', { files: [shared, await file('own')] })
  await artifacts.add('two', { files: [shared] })
  await artifacts.remove('one')
  const digests = (await box.blobs()).map(({ digest }) => digest)
  expect(digests).toContain(first.manifest.layers[0]!.digest)
  expect(digests).not.toContain(first.manifest.layers[1]!.digest)
  await artifacts.remove('two')
  expect(await box.blobs()).toEqual([])
})

test('takes no image and no index for an artifact, and keeps nothing of a wrong one', async () => {
  await using box = await sandbox()
  const artifacts = artifactsOf(box)
  const image = box.registry.put(randomImage(), 'app')
  await expect(artifacts.pull(image)).rejects.toMatchObject({
    code: 'unsupported',
    hint: `pull it with "runcible pull ${image}"`
  })
  const made = await artifacts.add(`${box.registry.host}/art:1`, { files: [await file('f', 'right')] })
  await artifacts.push(`${box.registry.host}/art:1`)
  await artifacts.remove(`${box.registry.host}/art:1`)
  const { digest } = made.manifest.layers[0]!
  box.registry.state.blobs('art').set(digest, Buffer.from('wrong'))
  await expect(artifacts.pull(`${box.registry.host}/art:1`)).rejects.toMatchObject({
    code: 'corrupt',
    message: expect.stringContaining(digest)
  })
  const index = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: ociMediaTypes.index, manifests: [] }))
  const indexName = box.registry.putManifest('index', '1', index, ociMediaTypes.index)
  await expect(artifacts.pull(indexName)).rejects.toMatchObject({ code: 'unsupported' })
  expect(await artifacts.list()).toEqual([])
  expect(await box.blobs()).toEqual([])
})

test.each([true, false])('writes the referrers tag only where there is no API (%s)', async (referrers) => {
  await using box = await sandbox({}, { referrers })
  const artifacts = artifactsOf(box)
  const image = box.registry.put(randomImage(), 'app', 'v1')
  const { digest: subject } = box.registry.state.manifest('app', 'v1')!
  for (const type of ['a/x', 'a/y']) {
    const name = `${box.registry.host}/app:${type.at(-1)}`
    await artifacts.add(name, { files: [await file('s', type)], type, subject: image })
    await artifacts.push(name)
    await artifacts.push(name)
  }
  const tagged = box.registry.state.manifest('app', `sha256-${subject.slice(7)}`)
  if (referrers) expect(tagged).toBeUndefined()
  else {
    const { manifests } = JSON.parse(tagged!.bytes.toString()) as { manifests: { artifactType: string }[] }
    expect(manifests.map(({ artifactType }) => artifactType)).toEqual(['a/x', 'a/y'])
  }
})

test('reads types with parameters, as other tools write them', async () => {
  await using box = await sandbox()
  const text = Buffer.from('text')
  box.registry.state.blobs('art').set(digestOf(text), text)
  const empty = Buffer.from('{}')
  box.registry.state.blobs('art').set(digestOf(empty), empty)
  const manifest = {
    schemaVersion: 2,
    mediaType: ociMediaTypes.manifest,
    artifactType: 'a/b',
    config: { mediaType: ociMediaTypes.empty, digest: digestOf(empty), size: 2 },
    layers: [{ mediaType: 'text/plain; charset=utf-8', digest: digestOf(text), size: 4 }]
  }
  const name = box.registry.putManifest('art', '1', Buffer.from(JSON.stringify(manifest)), ociMediaTypes.manifest)
  expect((await artifactsOf(box).pull(name)).size).toBe(4)
})
