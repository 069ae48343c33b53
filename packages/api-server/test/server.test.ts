import { sampleExitedContainer, sampleRunningContainer } from '@runcible/fakes'
import { EngineError } from '@runcible/interface'
import { describe, expect, test } from 'vitest'
import { createApiServer } from '../src/index.ts'
import { type Script, scriptedEngine } from './support/scripted-engine.ts'

function serverOver(script: Script = {}) {
  const { engine, lists } = scriptedEngine(script)
  return { server: createApiServer({ engine, version: '9.9.9' }), lists }
}

async function json(script: Script, url: string): Promise<unknown> {
  await using server = serverOver(script).server
  const { status, body, headers } = await server.inject({ url })
  expect(status, body).toBe(200)
  expect(headers['content-type']).toBe('application/json')
  expect(body.endsWith('\n')).toBe(true)
  return JSON.parse(body)
}

describe('ping', () => {
  const paths = ['/_ping', '/v1.41/_ping', '/libpod/_ping', '/v4.3.1/libpod/_ping', '/v5.8.2/libpod/_ping']

  test.each(paths)('%s tells the versions', async (url) => {
    await using server = serverOver().server
    const answer = await server.inject({ url })
    expect(answer).toMatchObject({
      status: 200,
      body: 'OK',
      headers: {
        'api-version': '1.41',
        'libpod-api-version': '5.0.0',
        'docker-experimental': 'false',
        ostype: 'linux',
        server: 'Runcible/9.9.9 (linux)',
        'cache-control': 'no-cache, no-store, must-revalidate',
        pragma: 'no-cache',
        'content-type': 'text/plain; charset=utf-8'
      }
    })
    const head = await server.inject({ method: 'HEAD', url })
    expect(head).toMatchObject({ status: 200, body: '', headers: { 'api-version': '1.41' } })
  })
})

describe('versions in paths', () => {
  test.each([
    ['/v1.24/version', 200],
    ['/v1.41/version', 200],
    ['/v1.23/version', 400],
    ['/v1.42/version', 400],
    ['/v1.100/version', 400],
    ['/v1/version', 400],
    ['/v2.0/version', 400],
    ['/v4.0.0/libpod/version', 200],
    ['/v5.99.0/libpod/version', 200],
    ['/v4.9.4-rhel/libpod/version', 200],
    ['/v3.4.4/libpod/version', 400],
    ['/v6.0.0/libpod/version', 400]
  ])('%s → %i', async (url, status) => {
    await using server = serverOver().server
    expect((await server.inject({ url })).status).toBe(status)
  })

  test('the message is the one that clients know', async () => {
    await using server = serverOver().server
    expect(JSON.parse((await server.inject({ url: '/v1.99/info' })).body)).toEqual({
      message: 'client version 1.99 is too new. Maximum supported API version is 1.41'
    })
    expect(JSON.parse((await server.inject({ url: '/v3.0.0/libpod/info' })).body)).toMatchObject({
      message: expect.stringContaining('client version 3.0.0 is too old. Minimum supported API version is 4.0.0'),
      response: 400
    })
  })
})

describe('system documents', () => {
  test('version in both dialects', async () => {
    expect(await json({}, '/version')).toMatchObject({
      Version: '1.2.3',
      ApiVersion: '1.41',
      MinAPIVersion: '1.24',
      Os: 'linux',
      Arch: 'amd64',
      KernelVersion: '6.1.0',
      Components: [
        { Name: 'Engine', Version: '1.2.3', Details: { ApiVersion: '1.41', MinAPIVersion: '1.24', Os: 'linux' } },
        { Name: 'runc', Version: '1.1.5' }
      ]
    })
    expect(await json({}, '/v5.0.0/libpod/version')).toMatchObject({
      Version: '1.2.3',
      Components: [{ Name: 'Podman Engine', Details: { APIVersion: '5.0.0' } }, { Name: 'OCI Runtime (runc)' }]
    })
  })

  test('info in both dialects', async () => {
    const docker = await json({}, '/v1.40/info')
    expect(docker).toMatchObject({
      Containers: 6,
      ContainersRunning: 1,
      ContainersPaused: 2,
      ContainersStopped: 3,
      Images: 4,
      Driver: 'overlay',
      MemoryLimit: true,
      CPUSet: false,
      CgroupVersion: '2',
      NCPU: 2,
      MemTotal: 4096,
      OSType: 'linux',
      Name: 'box',
      DefaultRuntime: 'runc',
      SecurityOptions: ['name=seccomp,profile=default'],
      Swarm: { LocalNodeState: 'inactive' }
    })
    expect((docker as { ID: string }).ID).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
    expect(await json({}, '/libpod/info')).toMatchObject({
      host: { hostname: 'box', remoteSocket: { path: '', exists: false }, cgroupVersion: 'v2' },
      store: { graphRoot: '/var/lib/runcible', containerStore: { number: 6, running: 1, paused: 2, stopped: 3 } },
      plugins: { volume: ['local'], authorization: null },
      registries: {},
      version: { APIVersion: '5.0.0', Version: '1.2.3', Os: 'linux' }
    })
  })
})

describe('container list', () => {
  const now = Date.now()
  const containers = [sampleRunningContainer(now), sampleExitedContainer(now)]

  test('an empty list is a list', async () => {
    expect(await json({}, '/containers/json')).toEqual([])
    expect(await json({}, '/libpod/containers/json')).toEqual([])
  })

  test('Docker: newest first, names with a slash, volumes with their place', async () => {
    const volume = {
      name: 'vol1',
      driver: 'local',
      mountpoint: '/var/vol1',
      labels: {},
      options: {},
      anonymous: false,
      createdAt: 0,
      copiedUp: true
    }
    const list = await json({ containers, volumes: async () => [volume] }, '/v1.41/containers/json?all=1')
    expect(list).toMatchObject([
      { Names: ['/gone'], State: 'exited', Status: 'Exited (3) 5 seconds ago' },
      {
        Names: ['/web'],
        State: 'running',
        Mounts: [{ Name: 'vol1', Source: '/var/vol1' }, { Type: 'bind' }, { Type: 'tmpfs' }]
      }
    ])
  })

  test('libpod: the order of the engine', async () => {
    expect(await json({ containers }, '/v5.0.0/libpod/containers/json')).toMatchObject([
      { Names: ['web'], State: 'running', Pid: 4242, Status: '' },
      { Names: ['gone'], State: 'exited', Exited: true, ExitCode: 3, Labels: null, Ports: null, Size: null }
    ])
  })

  test.each([
    ['/containers/json', { all: false, filters: {} }],
    ['/containers/json?all=true&limit=2', { all: true, last: 2 }],
    ['/containers/json?all=yes&limit=0', { all: true, last: undefined }],
    ['/containers/json?all=0&limit=-1', { all: false, last: undefined }],
    ['/libpod/containers/json?all=T&limit=1&last=2', { all: true, last: 2 }],
    [
      '/containers/json?filters={"status":["running","paused"],"label":["a=b"]}',
      { filters: { status: ['running', 'paused'], label: ['a=b'] } }
    ],
    [
      '/libpod/containers/json?filters={"status":{"running":true,"exited":false}}',
      { filters: { status: ['running', 'exited'] } }
    ],
    ['/containers/json?filters=null', { filters: {} }],
    ['/containers/json?unknown=1', { all: false }]
  ])('%s', async (url, expected) => {
    const { server, lists } = serverOver()
    expect((await server.inject({ url: encodeURI(url) })).status).toBe(200)
    expect(lists).toHaveLength(1)
    expect({ ...lists[0], last: lists[0]?.last }).toMatchObject(expected)
    await server.close()
  })

  test('__proto__ is a filter like any other', async () => {
    const { server, lists } = serverOver()
    await server.inject({ url: encodeURI('/containers/json?filters={"__proto__":["x"]}') })
    expect(Object.entries(lists[0]?.filters ?? {})).toEqual([['__proto__', ['x']]])
    await server.close()
  })

  test.each([
    '/containers/json?limit=x',
    '/containers/json?limit=1e3',
    '/containers/json?filters={bad',
    '/containers/json?filters=',
    '/containers/json?filters=[]',
    '/containers/json?filters="x"',
    '/containers/json?filters={"status":"running"}',
    '/containers/json?filters={"status":[1]}',
    '/containers/json?filters={"status":{"running":1}}',
    '/containers/json?filters={"status":["zzz"]}',
    '/containers/json?filters={"exited":["x"]}',
    `/containers/json?filters=${'['.repeat(8000)}`,
    '/libpod/containers/json?all=zzz',
    '/libpod/containers/json?size=2',
    '/libpod/containers/json?last=1.5'
  ])('%s is refused', async (url) => {
    const { server, lists } = serverOver()
    const { status, body } = await server.inject({ url: encodeURI(url) })
    expect(status).toBe(400)
    const document = JSON.parse(body) as { message: string }
    expect(document.message).not.toBe('')
    expect(document.message).not.toContain('\n')
    expect('response' in document).toBe(url.includes('libpod'))
    expect(lists).toEqual([])
    await server.close()
  })

  test('sizes, without what was removed meanwhile', async () => {
    const inspect: Script['inspect'] = async (id) => {
      const found = containers.find((one) => one.id === id)
      if (found === undefined || found.name === 'gone') throw new EngineError('not-found', 'gone')
      return { ...found, rootfs: [], imageName: 'x', size: { rw: 12, rootfs: 1012 } }
    }
    const script = { containers, inspect }
    expect(await json(script, '/containers/json?all=1&size=1')).toMatchObject([{ SizeRw: 12, SizeRootFs: 1012 }])
    expect(await json(script, '/libpod/containers/json?size=true')).toMatchObject([
      { Size: { rwSize: 12, rootFsSize: 1012 } }
    ])
  })
})
