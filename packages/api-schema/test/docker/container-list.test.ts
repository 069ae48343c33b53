import { sampleContainer, sampleExitedContainer, sampleRunningContainer } from '@runcible/fakes'
import { describe, expect, test } from 'vitest'
import { dockerListContainer } from '../../src/index.ts'

const now = Date.UTC(2026, 5, 1)

test('a running container on a bridge, member by member', () => {
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
  const listed = dockerListContainer(sampleRunningContainer(now), {
    now,
    volumes: [volume],
    size: { rw: 12, rootfs: 1012 }
  })
  expect(JSON.parse(JSON.stringify(listed))).toEqual({
    Id: '1'.repeat(64),
    Names: ['/web'],
    Image: 'localhost/web:1',
    ImageID: `sha256:${'a'.repeat(64)}`,
    Command: '/bin/httpd -f -h /data',
    Created: 1_767_323_045,
    Ports: [
      { IP: '127.0.0.1', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { IP: '0.0.0.0', PrivatePort: 9000, PublicPort: 9000, Type: 'udp' },
      { IP: '0.0.0.0', PrivatePort: 9001, PublicPort: 9001, Type: 'udp' },
      { IP: '0.0.0.0', PrivatePort: 9002, PublicPort: 9002, Type: 'udp' },
      { PrivatePort: 443, Type: 'tcp' }
    ],
    SizeRw: 12,
    SizeRootFs: 1012,
    Labels: { app: 'x', z: '1' },
    State: 'running',
    Status: 'Up 2 minutes',
    HostConfig: { NetworkMode: 'runcible' },
    NetworkSettings: {
      Networks: {
        runcible: {
          IPAMConfig: null,
          Links: null,
          Aliases: ['web'],
          NetworkID: 'b'.repeat(64),
          EndpointID: '',
          Gateway: '10.89.0.1',
          IPAddress: '10.89.0.5',
          IPPrefixLen: 24,
          IPv6Gateway: 'fd00::1',
          GlobalIPv6Address: 'fd00::5',
          GlobalIPv6PrefixLen: 64,
          MacAddress: 'a2:65:25:dc:07:e7',
          DriverOpts: null
        }
      }
    },
    Mounts: [
      {
        Type: 'volume',
        Name: 'vol1',
        Source: '/var/vol1',
        Destination: '/v',
        Driver: 'local',
        Mode: '',
        RW: true,
        Propagation: ''
      },
      { Type: 'bind', Source: '/srv', Destination: '/data', Mode: 'ro,rprivate', RW: false, Propagation: 'rprivate' },
      { Type: 'tmpfs', Source: '', Destination: '/tmp', Mode: 'size=64k', RW: true, Propagation: '' }
    ]
  })
})

describe('state and status', () => {
  const started = { startedAt: now - 3_600_000 }
  const exit = { code: 137, at: now - 1000, oomKilled: true }
  test.each([
    [{ status: 'created' }, 'created', 'Created'],
    [{ status: 'running', ...started }, 'running', 'Up About an hour'],
    [{ status: 'stopping', ...started }, 'running', 'Up About an hour'],
    [{ status: 'paused', ...started }, 'paused', 'Up About an hour (Paused)'],
    [{ status: 'stopped', ...started, exit }, 'exited', 'Exited (137) 1 second ago'],
    [{ status: 'exited', ...started, exit }, 'exited', 'Exited (137) 1 second ago'],
    [{ status: 'removing' }, 'removing', 'Removal In Progress']
  ] as const)('%j', (changes, state, status) => {
    expect(dockerListContainer(sampleContainer(changes), { now })).toMatchObject({ State: state, Status: status })
  })
})

test('what has ended publishes nothing, and sizes of nothing are left out', () => {
  const listed = dockerListContainer(sampleExitedContainer(now), { now, size: { rw: 0, rootfs: 0 } })
  expect(listed).toMatchObject({ Ports: [], Command: "sh -c 'exit 3'", Mounts: [], Labels: {} })
  expect(listed).not.toHaveProperty('SizeRw')
  expect(listed).not.toHaveProperty('SizeRootFs')
})

test.each([
  [{ mode: 'host' }, 'host', ['host']],
  [{ mode: 'none' }, 'none', ['none']],
  [{ mode: 'private' }, 'private', []],
  [{ mode: 'container', container: 'abc' }, 'container:abc', []],
  [{ mode: 'path', path: '/n' }, 'ns:/n', []]
] as const)('network %j', (network, mode, names) => {
  const listed = dockerListContainer(sampleContainer({ config: { network } }), { now })
  expect(listed.HostConfig.NetworkMode).toBe(mode)
  expect(Object.keys(listed.NetworkSettings.Networks)).toEqual(names)
})

test('a network that the container is not on yet', () => {
  const network = { mode: 'bridge', endpoints: [{ network: 'n' }] } as const
  const listed = dockerListContainer(sampleContainer({ networks: ['n'], config: { network } }), { now })
  expect(listed.NetworkSettings.Networks).toMatchObject({ n: { IPAddress: '', IPPrefixLen: 0, Aliases: null } })
})
