import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { buildMounts, rootfsPropagation } from '../../src/runtime/mounts.ts'

const at = (mounts: ReturnType<typeof buildMounts>, destination: string) =>
  mounts.find((mount) => mount.destination === destination)
const bind = (destination: string, ...options: readonly string[]) => ({
  destination,
  type: 'bind',
  source: '/host',
  options: ['rbind', ...options]
})

describe('buildMounts', () => {
  it('gives the file systems of the kernel with safe options', () => {
    const mounts = buildMounts({})
    expect(mounts.map(({ destination }) => destination)).toEqual([
      '/proc',
      '/dev',
      '/sys',
      '/dev/pts',
      '/dev/shm',
      '/dev/mqueue',
      '/sys/fs/cgroup'
    ])
    for (const mount of mounts)
      expect(mount.options, mount.destination).toEqual(expect.arrayContaining(['nosuid', 'noexec']))
    expect(at(mounts, '/sys')?.options).toContain('ro')
    expect(at(mounts, '/sys/fs/cgroup')?.options).toContain('ro')
    expect(at(mounts, '/dev/shm')?.options).toContain('size=67108864')
  })

  it('makes /sys and cgroups writable for privileged containers only', () => {
    expect(at(buildMounts({ privileged: true }), '/sys')?.options).toContain('rw')
    expect(at(buildMounts({ privileged: true }), '/sys/fs/cgroup')?.options).toContain('rw')
  })

  it('replaces a default mount by one that is asked for, and a bind all defaults below it', () => {
    const shm = { destination: '/dev/shm/', type: 'tmpfs', source: 'tmpfs', options: ['size=1m'] }
    expect(buildMounts({ mounts: [shm] }).filter(({ destination }) => destination === '/dev/shm')).toEqual([
      { ...shm, destination: '/dev/shm' }
    ])
    const names = buildMounts({ mounts: [bind('/dev')] }).map(({ destination }) => destination)
    expect(names).toEqual(['/proc', '/sys', '/dev', '/sys/fs/cgroup'])
  })

  it('binds what a user namespace may not mount', () => {
    const mounts = buildMounts({ namespaces: { user: 'private', network: 'host', pid: 'host', ipc: 'host' } })
    for (const path of ['/proc', '/sys', '/dev/mqueue', '/dev/shm'])
      expect(at(mounts, path)).toMatchObject({ type: 'bind', source: path })
    expect(at(buildMounts({ namespaces: { user: 'private' } }), '/sys')).toMatchObject({ type: 'sysfs' })
  })

  it('leaves out the tty group when it is not mapped', () => {
    const one = [{ containerID: 0, hostID: 1000, size: 1 }]
    expect(at(buildMounts({ gidMappings: one }), '/dev/pts')?.options).not.toContain('gid=5')
    expect(at(buildMounts({}), '/dev/pts')?.options).toContain('gid=5')
  })

  it('puts parents before children, and the last of two at one place', () => {
    const segment = fc.constantFrom('a', 'b', 'dev', 'proc')
    const path = fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`)
    fc.assert(
      fc.property(fc.array(path), (paths) => {
        const mounts = buildMounts({
          mounts: paths.map((destination, n) => ({ ...bind(destination), source: `/host/${n}` }))
        })
        const names = mounts.map(({ destination }) => destination)
        expect(new Set(names).size).toBe(names.length)
        names.forEach((name, index) =>
          expect(names.slice(0, index).some((before) => before.startsWith(`${name}/`))).toBe(false)
        )
        for (const name of paths) expect(at(mounts, name)?.source).toBe(`/host/${paths.lastIndexOf(name)}`)
      })
    )
  })

  it.each(['', 'a', '/', '/a/../b', '/..', '/a\0b'])('refuses the destination %j', (destination) => {
    expect(() => buildMounts({ mounts: [bind(destination)] })).toThrow(/is not an absolute path/)
  })

  it('finds the propagation that the root needs', () => {
    expect(rootfsPropagation([bind('/a', 'rprivate')])).toBeUndefined()
    expect(rootfsPropagation([bind('/a', 'rslave')])).toBe('rslave')
    expect(rootfsPropagation([bind('/a', 'rslave'), bind('/b', 'shared')])).toBe('shared')
  })
})
