import { buildBusyboxImage, pushTestImage, randomImage } from '@runcible/fixtures'

/** Repositories in the registry of the tests, each with the tag `latest`. */
export const repositories = {
  /** The applets of busybox, user nobody, `/var/www/index.html`. */
  busybox: 'library/busybox',
  /** Busybox with everything that an image may configure. */
  configured: 'test/configured',
  /** Five layers of random files; not to be run. */
  layers: 'test/layers'
} as const

/** Run configuration of `repositories.configured`. */
export const configured = {
  Entrypoint: ['/bin/echo', 'entrypoint'],
  Cmd: ['command'],
  Env: ['PATH=/usr/bin:/bin', 'COLOUR=blue'],
  WorkingDir: '/var/www',
  User: 'nobody',
  ExposedPorts: { '8080/tcp': {} },
  Volumes: { '/data': {} },
  Labels: { 'org.example.kind': 'configured' },
  StopSignal: 'SIGINT'
}

export async function pushImages(registry: string): Promise<void> {
  await buildBusyboxImage(registry)
  await buildBusyboxImage(registry, { repository: repositories.configured, run: configured })
  await pushTestImage(registry, randomImage({ layers: 5 }), repositories.layers)
}
