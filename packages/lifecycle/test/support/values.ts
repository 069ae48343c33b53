import type {
  ContainerConfig,
  ContainerDefaults,
  ContainerRecord,
  ContainerSpec,
  ResolvedImage
} from '@runcible/interface'
import type { ImageRunConfig } from '@runcible/oci-spec'
import { resolveConfig } from '../../src/containers/resolve-config.ts'

export const defaults: ContainerDefaults = {
  env: ['PATH=/usr/bin:/bin'],
  ulimits: [],
  sysctls: {},
  shmSize: 64 * 1024 * 1024,
  pidsLimit: 2048,
  umask: 0o022,
  stopTimeout: 10,
  logDriver: 'k8s-file',
  logMaxSize: 1_000_000,
  network: 'runcible',
  dns: [],
  dnsSearch: [],
  dnsOptions: [],
  initPaths: []
}

export const digest = `sha256:${'a'.repeat(64)}` as const

export function image(run: ImageRunConfig = {}): ResolvedImage {
  const descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest, size: 1 }
  return {
    id: 'b'.repeat(64),
    name: 'docker.io/library/busybox:latest',
    names: ['docker.io/library/busybox:latest'],
    digests: [],
    manifest: descriptor,
    config: descriptor,
    layers: [],
    diffIds: [],
    chainId: digest,
    platform: { os: 'linux', architecture: 'amd64' },
    size: 1,
    createdAt: 0,
    pulledAt: 0,
    labels: run.Labels ?? {},
    imageConfig: { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] }, config: run }
  }
}

/** The config of a container of an image with these settings. */
export function configOf(
  spec: Partial<ContainerSpec> = {},
  run: ImageRunConfig = { Cmd: ['sh'] },
  own: Partial<ContainerDefaults> = {}
): ContainerConfig {
  return resolveConfig({
    id: '0123456789abcdef'.repeat(4),
    spec: { image: 'busybox', ...spec },
    image: image(run),
    defaults: { ...defaults, ...own },
    hostname: 'host.example',
    log: { driver: 'none' },
    runtime: 'runc',
    snapshotter: 'overlay'
  })
}

export function record(fields: Partial<ContainerRecord> = {}, spec: Partial<ContainerSpec> = {}): ContainerRecord {
  return {
    id: 'c'.repeat(64),
    name: 'web',
    createdAt: 1000,
    config: configOf(spec),
    status: 'created',
    pid: 0,
    stoppedByUser: false,
    restartCount: 0,
    volumes: [],
    ...fields
  }
}
