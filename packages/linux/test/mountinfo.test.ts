import { expect, test } from 'vitest'
import { createLinux, mountOf, parseMountInfo } from '../src/index.ts'

const text = `22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/root rw
36 22 0:31 /sub\\040dir /mnt/with\\040space\\011tab\\134slash rw,nosuid shared:3 master:2 propagate_from:1 - overlay over\\040lay rw,lowerdir=/a:/b,upperdir=/c
40 22 0:32 / /mnt/plain ro - tmpfs tmpfs rw,size=1024k
41 22 0:33 / /mnt/plain rw - tmpfs second rw
`

test('fields, octal escapes and optional fields are parsed', () => {
  const [root, overlay, plain] = parseMountInfo(text)
  expect(root).toMatchObject({ id: 22, parentId: 1, device: { major: 254, minor: 0 }, mountPoint: '/', type: 'ext4' })
  expect(overlay).toEqual({
    id: 36,
    parentId: 22,
    device: { major: 0, minor: 31 },
    root: '/sub dir',
    mountPoint: '/mnt/with space\ttab\\slash',
    options: ['rw', 'nosuid'],
    propagation: ['shared:3', 'master:2', 'propagate_from:1'],
    type: 'overlay',
    source: 'over lay',
    superOptions: ['rw', 'lowerdir=/a:/b', 'upperdir=/c']
  })
  expect(plain).toMatchObject({ propagation: [], options: ['ro'] })
})

test('a path is on the last of the deepest mounts that cover it', () => {
  const mounts = parseMountInfo(text)
  expect(mountOf(mounts, '/mnt/plain/file')?.source).toBe('second')
  expect(mountOf(mounts, '/mnt/plainer')?.mountPoint).toBe('/')
  expect(mountOf([], '/')).toBeUndefined()
})

test('the mounts of this process include the root and /proc', () => {
  const { mount } = createLinux()
  expect(mountOf(mount.list(), '/proc/self/status')?.type).toBe('proc')
  expect(mount.isMountPoint('/')).toBe(true)
  expect(mount.isMountPoint('/proc/self')).toBe(false)
})
