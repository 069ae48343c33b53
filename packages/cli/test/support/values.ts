import type {
  ContainerConfig,
  ContainerSummary,
  Image,
  NetworkRecord,
  ResolvedImage,
  VolumeRecord
} from '@runcible/interface'

export const id = (letter: string): string => letter.repeat(64)
export const digest = (letter: string): `sha256:${string}` => `sha256:${id(letter)}`

export function containerConfig(part: Partial<ContainerConfig> = {}): ContainerConfig {
  return {
    image: { id: id('9'), name: 'localhost/bb:1', digest: digest('2') },
    args: ['sleep', '100'],
    entrypoint: [],
    command: ['sleep', '100'],
    env: ['PATH=/bin'],
    workdir: '/tmp',
    user: '',
    groupAdd: [],
    hostname: 'box',
    tty: false,
    stdin: false,
    labels: {},
    annotations: {},
    mounts: [],
    network: { mode: 'bridge', endpoints: [{ network: 'runcible' }] },
    ports: [],
    exposedPorts: [],
    dns: [],
    dnsSearch: [],
    dnsOptions: [],
    extraHosts: [],
    noHosts: false,
    pid: { mode: 'private' },
    ipc: { mode: 'private' },
    uts: { mode: 'private' },
    cgroupns: { mode: 'private' },
    security: {},
    resources: {},
    ulimits: [],
    sysctls: {},
    devices: [],
    shmSize: 65_536_000,
    umask: 0o022,
    init: false,
    stopSignal: 'SIGTERM',
    stopTimeout: 10,
    restart: { name: 'no' },
    autoRemove: false,
    log: { driver: 'k8s-file', path: '/var/log/ctr.log' },
    runtime: 'runc',
    snapshotter: 'overlay',
    ...part
  }
}

export function container(part: Partial<ContainerSummary> = {}): ContainerSummary {
  return {
    id: id('a'),
    name: 'c1',
    createdAt: Date.UTC(2024, 0, 31, 10, 20, 30, 400),
    config: containerConfig(),
    status: 'running',
    pid: 4711,
    startedAt: Date.UTC(2024, 0, 31, 10, 20, 31),
    stoppedByUser: false,
    restartCount: 0,
    volumes: [],
    networks: ['runcible'],
    ...part
  }
}

export function image(part: Partial<Image> = {}): Image {
  const descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: digest('2'), size: 500 }
  return {
    id: id('9'),
    manifest: descriptor,
    config: descriptor,
    layers: [descriptor],
    diffIds: [digest('c')],
    platform: { os: 'linux', architecture: 'amd64' },
    size: 1_998_012,
    createdAt: Date.UTC(2024, 0, 31),
    pulledAt: Date.UTC(2024, 1, 1),
    labels: { x: 'y' },
    names: ['localhost/bb:1'],
    digests: [`localhost/bb@${digest('2')}`],
    ...part
  }
}

export function resolvedImage(part: Partial<ResolvedImage> = {}): ResolvedImage {
  return {
    ...image(part),
    name: 'localhost/bb:1',
    imageConfig: {
      architecture: 'amd64',
      os: 'linux',
      config: { Cmd: ['sh'], Labels: { x: 'y' } },
      rootfs: { type: 'layers', diff_ids: [digest('c')] }
    },
    ...part
  }
}

export function volume(part: Partial<VolumeRecord> = {}): VolumeRecord {
  return {
    name: 'v1',
    driver: 'local',
    mountpoint: '/r/volumes/v1/_data',
    labels: {},
    options: {},
    anonymous: false,
    createdAt: 0,
    copiedUp: true,
    ...part
  }
}

export function network(part: Partial<NetworkRecord> = {}): NetworkRecord {
  return {
    id: id('7'),
    name: 'runcible',
    driver: 'bridge',
    interface: 'runcible0',
    subnets: [{ subnet: '10.89.0.0/24', gateway: '10.89.0.1' }],
    internal: false,
    ipv6: false,
    dns: true,
    labels: {},
    options: {},
    createdAt: 0,
    ...part
  }
}
