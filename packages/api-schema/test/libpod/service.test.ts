import { sampleContainer, sampleExitedContainer, sampleRunningContainer } from '@runcible/fakes'
import { expect, test } from 'vitest'
import { servedListContainer } from '../../src/index.ts'

const now = Date.UTC(2026, 5, 1)

test('a running container, member by member', () => {
  expect(
    JSON.parse(JSON.stringify(servedListContainer(sampleRunningContainer(now), { rootFsSize: 1012, rwSize: 12 })))
  ).toEqual({
    AutoRemove: false,
    Command: ['/bin/httpd', '-f', '-h', '/data'],
    Created: '2026-01-02T03:04:05.678Z',
    CreatedAt: '',
    CIDFile: '',
    Exited: false,
    ExitedAt: -62_135_596_800,
    ExitCode: 0,
    ExposedPorts: { '80': ['tcp'], '443': ['tcp'] },
    Id: '1'.repeat(64),
    Image: 'localhost/web:1',
    ImageID: 'a'.repeat(64),
    IsInfra: false,
    Labels: { app: 'x', z: '1' },
    Mounts: ['/v', '/data', '/tmp'],
    Names: ['web'],
    Namespaces: {},
    Networks: ['runcible'],
    Pid: 4242,
    Pod: '',
    PodName: '',
    Ports: [
      { host_ip: '127.0.0.1', container_port: 80, host_port: 8080, range: 1, protocol: 'tcp' },
      { host_ip: '', container_port: 9000, host_port: 9000, range: 3, protocol: 'udp' }
    ],
    Restarts: 0,
    Size: { rootFsSize: 1012, rwSize: 12 },
    StartedAt: now / 1000 - 125,
    State: 'running',
    Status: ''
  })
})

test('what is absent is null where clients expect null', () => {
  expect(servedListContainer(sampleContainer())).toMatchObject({
    Labels: null,
    Ports: null,
    Size: null,
    ExposedPorts: null,
    Mounts: [],
    Networks: [],
    StartedAt: -62_135_596_800
  })
})

test('what has ended tells how and when', () => {
  expect(servedListContainer(sampleExitedContainer(now))).toMatchObject({
    Exited: true,
    ExitCode: 3,
    ExitedAt: now / 1000 - 5,
    State: 'exited'
  })
})

test('one port of two protocols is exposed once', () => {
  const exposedPorts = ['53/udp', '53/tcp']
  expect(servedListContainer(sampleContainer({ config: { exposedPorts } })).ExposedPorts).toEqual({
    '53': ['udp', 'tcp']
  })
})
