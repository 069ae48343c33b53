import type { ContainerConfig, ContainerSummary } from '@runcible/interface'

const digest = `sha256:${'d'.repeat(64)}` as const

const config: ContainerConfig = {
  image: { id: 'a'.repeat(64), name: 'localhost/web:1', digest },
  args: ['/bin/httpd', '-f', '-h', '/data'],
  entrypoint: [],
  command: ['/bin/httpd', '-f', '-h', '/data'],
  env: [],
  workdir: '/',
  user: '',
  groupAdd: [],
  hostname: 'web',
  tty: false,
  stdin: false,
  labels: {},
  annotations: {},
  mounts: [],
  network: { mode: 'none' },
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
  log: { driver: 'none' },
  runtime: 'runc',
  snapshotter: 'overlay'
}

export interface ContainerChanges extends Partial<Omit<ContainerSummary, 'config'>> {
  readonly config?: Partial<ContainerConfig>
}

/** A container that was created and never started, with changes. */
export function sampleContainer(changes: ContainerChanges = {}): ContainerSummary {
  return {
    id: '1'.repeat(64),
    name: 'web',
    createdAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    status: 'created',
    pid: 0,
    stoppedByUser: false,
    restartCount: 0,
    volumes: [],
    networks: [],
    ...changes,
    config: { ...config, ...changes.config }
  }
}

/** On a bridge with two published ranges, a volume, a bind mount and labels. */
export function sampleRunningContainer(now: number): ContainerSummary {
  return sampleContainer({
    status: 'running',
    pid: 4242,
    startedAt: now - 125_000,
    networks: ['runcible'],
    attachment: {
      netns: '/run/runcible/netns/x',
      nameservers: [],
      searchDomains: [],
      endpoints: [
        {
          network: 'runcible',
          networkId: 'b'.repeat(64),
          interface: 'eth0',
          mac: 'a2:65:25:dc:07:e7',
          addresses: ['10.89.0.5/24', 'fd00::5/64'],
          gateways: ['10.89.0.1', 'fd00::1'],
          aliases: ['web']
        }
      ],
      ports: [
        { hostIp: '127.0.0.1', hostPort: 8080, containerPort: 80, protocol: 'tcp', range: 1 },
        { hostPort: 9000, containerPort: 9000, protocol: 'udp', range: 3 }
      ]
    },
    config: {
      labels: { z: '1', app: 'x' },
      network: { mode: 'bridge', endpoints: [{ network: 'runcible' }] },
      exposedPorts: ['80/tcp', '443/tcp'],
      mounts: [
        { type: 'volume', source: 'vol1', target: '/v', options: [] },
        { type: 'bind', source: '/srv', target: '/data', options: ['ro', 'rprivate'] },
        { type: 'tmpfs', target: '/tmp', options: ['size=64k'] }
      ]
    }
  })
}

export function sampleExitedContainer(now: number): ContainerSummary {
  return sampleContainer({
    id: '2'.repeat(64),
    name: 'gone',
    createdAt: now - 10_000,
    startedAt: now - 9000,
    status: 'exited',
    exit: { code: 3, at: now - 5000, oomKilled: false },
    config: { args: ['sh', '-c', 'exit 3'], command: ['sh', '-c', 'exit 3'] }
  })
}
