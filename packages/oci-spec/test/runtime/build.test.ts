import { describe, expect, it } from 'vitest'
import { allCapabilities, buildRuntimeSpec, defaultCapabilities, type SpecInput } from '../../src/index.ts'
import { minimalInput } from './input.ts'

const build = (more: Partial<SpecInput> = {}) => buildRuntimeSpec({ ...minimalInput, ...more })

describe('buildRuntimeSpec', () => {
  it('gives safe defaults', () => {
    const { process, linux, root, ociVersion } = build()
    expect(ociVersion).toBe('1.0.2')
    expect(root).toEqual({ path: '/rootfs', readonly: false })
    expect(process).toMatchObject({
      terminal: false,
      noNewPrivileges: false,
      user: { uid: 0, gid: 0, umask: 0o022, additionalGids: [] }
    })
    expect(process?.capabilities).toEqual({
      bounding: defaultCapabilities,
      effective: defaultCapabilities,
      permitted: defaultCapabilities,
      inheritable: [],
      ambient: []
    })
    expect(linux).toMatchObject({ resources: { pids: { limit: 2048 } }, seccomp: { defaultAction: 'SCMP_ACT_ERRNO' } })
    expect(linux?.maskedPaths).toContain('/proc/kcore')
  })

  it('starts users other than root without capabilities, whatever is added', () => {
    const capabilities = build({ user: { uid: 1000, gid: 1000 }, capabilities: { add: ['NET_ADMIN'] } }).process
      ?.capabilities
    expect(capabilities).toMatchObject({ effective: [], permitted: [], inheritable: [], ambient: [] })
    expect(capabilities?.bounding).toContain('CAP_NET_ADMIN')
  })

  it('opens everything to privileged containers, inside the bounding set of the process', () => {
    const bounding = allCapabilities.filter((name) => name !== 'CAP_SYS_RESOURCE')
    const { process, linux } = build({ privileged: true, boundingCapabilities: bounding })
    expect(process?.capabilities?.effective).toEqual([...bounding].sort())
    expect(linux).toMatchObject({ maskedPaths: [], readonlyPaths: [], resources: { devices: [{ allow: true }] } })
    expect(linux).not.toHaveProperty('seccomp')
  })

  it('takes a given seccomp profile, also when privileged, or none', () => {
    const seccomp = { defaultAction: 'SCMP_ACT_LOG' } as const
    expect(build({ privileged: true, seccomp }).linux?.seccomp).toBe(seccomp)
    expect(build({ seccomp: 'unconfined' }).linux).not.toHaveProperty('seccomp')
  })

  it('opens system calls with the capabilities that are really given', () => {
    const allowed = (more: Partial<SpecInput>) =>
      build(more)
        .linux?.seccomp?.syscalls?.filter((rule) => rule.action === 'SCMP_ACT_ALLOW')
        .flatMap((rule) => rule.names)
    expect(allowed({ capabilities: { add: ['SYS_ADMIN'] } })).toContain('mount')
    expect(allowed({ capabilities: { add: ['SYS_ADMIN'] }, boundingCapabilities: defaultCapabilities })).not.toContain(
      'mount'
    )
  })

  it("sets names only in a uts namespace that is not the host's", () => {
    expect(build({ hostname: 'h', domainname: 'd' })).toMatchObject({
      hostname: 'h',
      domainname: 'd',
      ociVersion: '1.1.0'
    })
    expect(build({ hostname: 'h', namespaces: { uts: 'host' } })).not.toHaveProperty('hostname')
  })

  it('puts an init process in front', () => {
    const { process, mounts } = build({ init: { source: '/usr/bin/tini' }, args: ['sleep', '1'] })
    expect(process?.args).toEqual(['/run/runcible-init', '--', 'sleep', '1'])
    expect(mounts).toContainEqual(
      expect.objectContaining({
        destination: '/run/runcible-init',
        source: '/usr/bin/tini',
        options: expect.arrayContaining(['ro'])
      })
    )
  })

  it('passes labels, annotations, hooks, devices and paths on', () => {
    const hooks = { poststop: [{ path: '/bin/true' }] }
    const spec = build({
      hooks,
      annotations: { a: 'b' },
      cgroupsPath: '/x',
      oomScoreAdj: 10,
      apparmorProfile: 'p',
      terminal: true,
      consoleSize: { height: 2, width: 3 },
      selinux: { processLabel: 'pl', mountLabel: 'ml' },
      devices: [{ type: 'c', path: '/dev/fuse', major: 10, minor: 229 }],
      mounts: [{ destination: '/m', type: 'bind', source: '/m', options: ['rbind', 'rshared'] }]
    })
    expect(spec).toMatchObject({
      hooks,
      annotations: { a: 'b' },
      process: {
        terminal: true,
        consoleSize: { height: 2, width: 3 },
        oomScoreAdj: 10,
        apparmorProfile: 'p',
        selinuxLabel: 'pl'
      },
      linux: { cgroupsPath: '/x', mountLabel: 'ml', rootfsPropagation: 'shared', devices: [{ path: '/dev/fuse' }] }
    })
  })

  it.each<[Partial<SpecInput>, string]>([
    [{ args: [] }, '/process/args'],
    [{ args: ['a\0b'] }, '/process/args'],
    [{ env: ['NOVALUE'] }, '/process/env'],
    [{ env: ['=x'] }, '/process/env'],
    [{ cwd: 'relative' }, '/process/cwd'],
    [{ user: { uid: 4294967295, gid: 0 } }, '/process/user'],
    [{ user: { uid: 0, gid: -1 } }, '/process/user'],
    [{ user: { uid: 0, gid: 0, umask: 0o1777 } }, '/process/user/umask'],
    [{ oomScoreAdj: 2000 }, '/process/oomScoreAdj'],
    [{ shmSize: 0 }, '/mounts']
  ])('refuses %j', (more, path) => {
    expect(() => build(more)).toThrow(expect.objectContaining({ path }))
  })

  it('does not touch its input and gives the same for the same', () => {
    const deep = (value: unknown): unknown =>
      typeof value === 'object' && value !== null ? (Object.values(value).forEach(deep), Object.freeze(value)) : value
    deep(minimalInput)
    expect(build()).toEqual(build())
  })
})
