import type { SpecInput } from '../../src/index.ts'

/** The least that a container needs. */
export const minimalInput: SpecInput = {
  rootfs: { path: '/rootfs' },
  args: ['/bin/sh'],
  env: ['PATH=/bin'],
  cwd: '/',
  user: { uid: 0, gid: 0 },
  cgroupMode: 'hybrid',
  architecture: 'amd64'
}
