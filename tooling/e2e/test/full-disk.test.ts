import { mkdirSync } from 'node:fs'
import { createLinux } from '@runcible/linux'
import { randomImage, pushTestImage } from '@runcible/fixtures'
import { expect, inject } from 'vitest'
import { openSandbox, oursOnly, repositories } from '../src/index.ts'

const linux = createLinux()
const megabytes = (count: number): number => count * 1024 * 1024

oursOnly('a full disk gives a clear error, and with room again everything works', async () => {
  const registry = inject('registry')
  await using box = await openSandbox()
  const root = `${box.directory}/root`
  mkdirSync(root)
  // Room for busybox, not for the large image.
  linux.mount.mount({ source: 'tmpfs', target: root, type: 'tmpfs', data: 'size=16m,mode=0700' })
  box.defer(() => linux.mount.unmount(root, { detach: true }))
  const large = await pushTestImage(
    registry,
    randomImage({ layers: 2, entries: 2, fileSize: megabytes(6) }),
    'test/large'
  )
  const busybox = `${registry}/${repositories.busybox}:latest`

  await box.ok('pull', '--quiet', '--tls-verify=false', busybox)
  const error = await box.fails(125, 'pull', '--quiet', '--tls-verify=false', large)
  expect(error).toMatch(/no space|disk|full|ENOSPC/i)
  expect((await box.run(['image', 'exists', large])).exitCode).toBe(1)
  expect(await box.ok('run', '--rm', busybox, 'echo', 'still works')).toBe('still works')

  linux.mount.mount({ target: root, flags: ['remount'], data: 'size=64m,mode=0700' })
  await box.ok('pull', '--quiet', '--tls-verify=false', large)
  await box.ok('rmi', large)
  expect(await box.ok('ps', '-aq')).toBe('')
})
