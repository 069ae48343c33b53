import { describe, expect, it } from 'vitest'
import { loadSeccompProfile, parseJson, SpecError } from '../../src/index.ts'

const rule = (names: readonly string[], more: object = {}) => ({
  names,
  action: 'SCMP_ACT_ALLOW',
  args: [],
  comment: '',
  ...more
})
const docker = {
  defaultAction: 'SCMP_ACT_ERRNO',
  defaultErrno: 'ENOSYS',
  archMap: [
    { architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86', 'SCMP_ARCH_X32'] },
    { architecture: 'SCMP_ARCH_AARCH64', subArchitectures: ['SCMP_ARCH_ARM'] }
  ],
  syscalls: [
    rule(['read', 'write'], { includes: {}, excludes: {} }),
    rule(['mount'], { includes: { caps: ['CAP_SYS_ADMIN'] } }),
    rule(['clone'], {
      args: [{ index: 0, value: 2114060288, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
      excludes: { caps: ['CAP_SYS_ADMIN'], arches: ['s390x'] }
    }),
    rule(['arch_prctl'], { includes: { arches: ['amd64', 'x32'] } }),
    rule(['ptrace'], { includes: { minKernel: '4.8' } }),
    {
      names: ['clone3'],
      action: 'SCMP_ACT_ERRNO',
      errnoRet: 38,
      errno: 'ENOSYS',
      excludes: { caps: ['CAP_SYS_ADMIN'] }
    }
  ]
}

const names = (caps: readonly string[], arch: string, kernel?: string) =>
  loadSeccompProfile(docker, { caps, arch, ...(kernel === undefined ? {} : { kernel }) }).syscalls?.flatMap(
    (entry) => entry.names
  )

describe('loadSeccompProfile', () => {
  it("resolves Docker's conditions for one container and machine", () => {
    expect(names([], 'amd64', '6.1.0')).toEqual(['read', 'write', 'clone', 'arch_prctl', 'ptrace', 'clone3'])
    expect(names(['CAP_SYS_ADMIN'], 'arm64', '4.7')).toEqual(['read', 'write', 'mount'])
    expect(names([], 's390x', '4.8')).toEqual(['read', 'write', 'ptrace', 'clone3'])
  })

  it('gives a value of the runtime specification', () => {
    const profile = loadSeccompProfile(docker, { caps: [], arch: 'amd64' })
    expect(profile).toMatchObject({
      defaultAction: 'SCMP_ACT_ERRNO',
      defaultErrnoRet: 38,
      architectures: ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86', 'SCMP_ARCH_X32']
    })
    expect(profile.syscalls?.at(-1)).toEqual({ names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38 })
  })

  it('reads the format of the runtime specification and the old single names', () => {
    const plain = {
      defaultAction: 'SCMP_ACT_ALLOW',
      architectures: ['SCMP_ARCH_X86_64'],
      syscalls: [{ name: 'chmod', action: 'SCMP_ACT_ERRNO', args: null }]
    }
    expect(loadSeccompProfile(plain, { caps: [], arch: 'amd64' })).toEqual({
      defaultAction: 'SCMP_ACT_ALLOW',
      architectures: ['SCMP_ARCH_X86_64'],
      syscalls: [{ names: ['chmod'], action: 'SCMP_ACT_ERRNO' }]
    })
  })

  it.each([
    ['{"defaultAction":"ALLOW"}', '/defaultAction'],
    ['{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["x"]}]}', '/syscalls/0/action'],
    [
      '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["x"],"action":"SCMP_ACT_LOG","args":[{"index":6,"value":1,"op":"SCMP_CMP_EQ"}]}]}',
      '/syscalls/0/args/0/index'
    ],
    [
      '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["x"],"action":"SCMP_ACT_LOG","args":[{"index":0,"value":1,"op":"EQ"}]}]}',
      '/syscalls/0/args/0/op'
    ],
    ['[]', '']
  ])('refuses %s', (text, path) => {
    const json = parseJson(text, { maxBytes: 10_000 })
    expect(() => loadSeccompProfile(json, { caps: [], arch: 'amd64' })).toThrow(
      expect.objectContaining({ name: SpecError.name, path })
    )
  })
})
