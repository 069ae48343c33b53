import {
  EngineError,
  type ContainerSummary,
  type Containers,
  type Engine,
  type ListContainersRequest,
  type SystemInfo,
  type Volumes
} from '@runcible/interface'

export interface Script {
  readonly containers?: readonly ContainerSummary[]
  /** Stands in for the list. */
  readonly list?: Containers['list']
  readonly inspect?: Containers['inspect']
  readonly info?: () => Promise<SystemInfo>
  readonly volumes?: Volumes['list']
}

export interface ScriptedEngine {
  readonly engine: Engine
  /** Requests for lists, in order. */
  readonly lists: ListContainersRequest[]
}

/** An engine of which only that exists which the server calls; anything else fails the request. */
export function scriptedEngine(script: Script = {}): ScriptedEngine {
  const lists: ListContainersRequest[] = []
  const containers: Pick<Containers, 'list' | 'inspect'> = {
    async list(request = {}) {
      lists.push(request)
      return script.list === undefined ? (script.containers ?? []) : await script.list(request)
    },
    async inspect(name, options) {
      if (script.inspect !== undefined) return await script.inspect(name, options)
      throw new EngineError('not-found', `no such container: ${name}`)
    }
  }
  const info = script.info ?? (async () => systemInfo())
  const parts = {
    containers,
    volumes: { list: script.volumes ?? (async () => []) },
    system: { version: info, info },
    [Symbol.asyncDispose]: async () => {}
  }
  return { engine: parts as unknown as Engine, lists }
}

export function systemInfo(): SystemInfo {
  return {
    version: '1.2.3',
    apiVersion: '1.41',
    node: '26.10.0',
    os: 'linux',
    arch: 'amd64',
    kernel: '6.1.0',
    runtime: { name: 'runc', version: '1.1.5', path: '/usr/bin/runc' },
    host: {
      hostname: 'box',
      cpus: 2,
      memory: 4096,
      memoryFree: 1024,
      uptime: 3723,
      distribution: { id: 'debian', version: '12' },
      cgroupMode: 'v2',
      cgroupControllers: ['cpu', 'memory', 'pids'],
      security: { apparmor: false, selinux: false, seccomp: true, rootless: false, capabilities: ['CAP_CHOWN'] }
    },
    store: {
      root: '/var/lib/runcible',
      runRoot: '/run/runcible',
      snapshotter: 'overlay',
      containers: { total: 6, running: 1, paused: 2, stopped: 3 },
      images: 4
    },
    plugins: { network: ['bridge', 'cni'], volume: ['local'], log: ['k8s-file', 'none'] },
    monitor: { path: '/usr/bin/conmon', version: 'conmon version 2.1.6' }
  }
}
