import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { writeFileSync } from 'node:fs'
import { rawTar, startRegistry, tarArchive, testImageOf, testIndexOf, type TestRegistry } from '@runcible/fixtures'
import { afterAll, beforeAll, describe, expect } from 'vitest'
import { oursOnly, useSandbox } from '../src/index.ts'

const box = useSandbox()
let registry: TestRegistry
/** A registry that says odd things about everything. */
let babbling: Server
let babble: string

// The title of the window, the bell, colours by C0 and C1, backspaces, DEL, a line of its own, and text from right to left.
const evil = 'A\u001b]0;EVIL\u0007B\u001b[31mC\u009b2JD\b\bE\u007fF\rG\u202eH\u2066I\u2028J'
/** What a terminal must not get from it. What our own progress writes is none of this. */
// oxlint-disable-next-line no-control-regex
const acted = /\u001b\]|\u0007|\u001b\[31m|[\u0080-\u009f\b\u007f\u202e\u2066\u2028]|F\rG/

beforeAll(async () => {
  registry = await startRegistry()
  babbling = createServer((request, response) => {
    const url = request.url ?? ''
    const json = (status: number, value: object): void =>
      void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
    if (url === '/v2/') json(200, {})
    else if (url.startsWith('/v1/search')) json(200, { results: [{ name: evil, description: evil, star_count: 1 }] })
    else if (url.includes('/tags/list')) json(200, { name: evil, tags: ['v1', evil] })
    else if (url.includes('_catalog')) json(200, { repositories: [evil] })
    else json(403, { errors: [{ code: 'DENIED', message: evil, detail: evil }] })
  })
  await new Promise<void>((resolve) => babbling.listen(0, '127.0.0.1', resolve))
  babble = `127.0.0.1:${(babbling.address() as AddressInfo).port}`
})
afterAll(async () => {
  babbling.closeAllConnections()
  babbling.close()
  await registry[Symbol.asyncDispose]()
})

const image = testImageOf({
  tars: [rawTar([{ name: Buffer.from(evil).toString('latin1'), content: evil }])],
  run: {
    Cmd: [evil],
    Env: [`A=${evil}`],
    Labels: { [evil]: evil },
    WorkingDir: `/${evil}`,
    User: evil,
    Entrypoint: [evil],
    StopSignal: evil,
    ExposedPorts: { [evil]: {} },
    Volumes: { [`/${evil}`]: {} }
  },
  more: { author: evil, comment: evil, history: [{ created_by: evil, comment: evil, author: evil }] }
})

/** What a person sees of a command, whatever its exit code. */
async function screenOf(...args: readonly string[]): Promise<string> {
  await using terminal = box.terminal(args)
  await terminal.ended()
  return terminal.screen()
}

async function expectCalm(...args: readonly string[]): Promise<void> {
  const screen = await screenOf(...args)
  expect([args, acted.exec(screen)?.[0]]).toEqual([args, undefined])
  expect(screen.length).toBeGreaterThan(1)
}

describe('text that would take over a terminal is shown, not acted on,', () => {
  let name = ''
  beforeAll(() => {
    name = registry.put(image, 'evil/app')
  })

  oursOnly('of an image that is pulled and looked at', async () => {
    await expectCalm('pull', '--tls-verify=false', name)
    await box.ok('image', 'exists', name)
    for (const command of [
      ['images'],
      ['images', '--format', 'json'],
      ['images', '--format', '{{.}}'],
      ['inspect', name],
      ['image', 'inspect', name],
      ['image', 'inspect', '--format', '{{.Config.Labels}} {{.Author}} {{json .}}', name],
      ['history', name],
      ['history', '--no-trunc', '--format', 'json', name],
      ['history', '--format', '{{.CreatedBy}}', name],
      ['image', 'tree', name],
      ['diff', name],
      ['diff', '--format', 'json', name],
      ['create', name],
      ['run', '--rm', name],
      ['ps', '--all'],
      ['ps', '--all', '--format', 'json'],
      ['system', 'df', '--verbose'],
      ['image', 'inspect', '--raw', `docker://${name}`],
      ['image', 'inspect', '--tls-verify=false', `docker://${name}`],
      ['image', 'inspect', '--tls-verify=false', '--config', `docker://${name}`],
      ['image', 'inspect', '--tls-verify=false', '--raw', '--config', `docker://${name}`],
      ['images', evil],
      ['pull', evil],
      ['inspect', evil],
      ['rmi', evil]
    ])
      await expectCalm(...command)
    await box.ok('rm', '--all', '--force')
  })

  oursOnly('of indexes and annotations', async () => {
    const platform = { os: 'linux', architecture: evil, variant: evil }
    const index = testIndexOf([{ image, platform }])
    const other = registry.put(index, 'evil/index')
    await expectCalm('pull', '--tls-verify=false', other)
    await expectCalm('manifest', 'inspect', '--tls-verify=false', other)
    const annotated = {
      ...(JSON.parse(index.manifest.toString()) as object),
      annotations: { [evil]: evil },
      manifests: [
        {
          ...image.descriptor,
          platform: { os: 'linux', architecture: process.arch === 'arm64' ? 'arm64' : 'amd64' },
          annotations: { [evil]: evil }
        }
      ]
    }
    registry.putManifest('evil/index', 'notes', Buffer.from(JSON.stringify(annotated)), index.descriptor.mediaType)
    await expectCalm('manifest', 'inspect', '--tls-verify=false', `${registry.host}/evil/index:notes`)
    const raw = ['image', 'inspect', '--tls-verify=false', '--raw', `docker://${registry.host}/evil/index:notes`]
    await expectCalm(...raw)
    // Who does not look at a screen gets the bytes.
    expect(await box.ok(...raw)).toBe(JSON.stringify(annotated))
  })

  oursOnly('of archives', async () => {
    const path = box.file('evil.tar')
    const list = [{ Config: evil, RepoTags: [evil], Layers: [evil] }]
    writeFileSync(path, tarArchive([{ name: 'manifest.json', content: JSON.stringify(list) }]))
    await expectCalm('load', '--input', path)
    await expectCalm('pull', `docker-archive:${path}`)
    await expectCalm('pull', `docker-archive:${path}:${evil}`)
    await expectCalm('load', '--input', `${path}${evil}`)
    const annotations = { 'org.opencontainers.image.ref.name': evil }
    const index = {
      schemaVersion: 2,
      manifests: [image.descriptor, image.descriptor].map((each) => ({ ...each, annotations }))
    }
    writeFileSync(path, tarArchive([{ name: 'index.json', content: JSON.stringify(index) }]))
    await expectCalm('load', '--input', path)
    await expectCalm('pull', `oci-archive:${path}`)
    await expectCalm('pull', `oci-archive:${path}:x`)
  })

  oursOnly('of registries', async () => {
    for (const command of [
      ['search', '--tls-verify=false', `${babble}/x`],
      ['search', '--tls-verify=false', '--list-tags', `${babble}/x`],
      ['image', 'list-tags', '--tls-verify=false', `docker://${babble}/x`],
      ['pull', '--tls-verify=false', `${babble}/x`],
      ['pull', '--tls-verify=false', '--all-tags', `${babble}/x`],
      ['push', '--tls-verify=false', box.image, `docker://${babble}/x`],
      ['login', '--tls-verify=false', '--username', 'a', '--password', 'b', babble],
      ['image', 'delete', '--tls-verify=false', `docker://${babble}/x`]
    ])
      await expectCalm(...command)
  })
})
