import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { allCapabilities, defaultCapabilities, defaultSeccomp, type Seccomp, type SeccompArg } from '../../src/index.ts'

const compare = ({ op, value, valueTwo = 0 }: SeccompArg, actual: bigint): boolean => {
  const wanted = BigInt(value)
  switch (op) {
    case 'SCMP_CMP_EQ':
      return actual === wanted
    case 'SCMP_CMP_LT':
      return actual < wanted
    case 'SCMP_CMP_MASKED_EQ':
      return (actual & wanted) === BigInt(valueTwo)
    default:
      throw new Error(`the profile does not use ${op}`)
  }
}

/** What the kernel would answer: the action of the matching rule, or of the profile. */
const answer = (profile: Seccomp, name: string, ...args: readonly bigint[]): string => {
  const rules = (profile.syscalls ?? []).filter(
    (rule) => rule.names.includes(name) && (rule.args ?? []).every((arg) => compare(arg, args[arg.index] ?? 0n))
  )
  const [rule] = rules
  expect(rules.length).toBeLessThanOrEqual(1)
  return rule === undefined
    ? `${profile.defaultErrnoRet}`
    : rule.action === 'SCMP_ACT_ALLOW'
      ? 'allow'
      : `${rule.errnoRet}`
}

const usual = defaultSeccomp({ capabilities: defaultCapabilities, architecture: 'amd64' })
const everything = defaultSeccomp({ capabilities: allCapabilities, architecture: 'amd64' })

describe('defaultSeccomp', () => {
  it.each([
    'read',
    'openat2',
    'futex',
    'execve',
    'statx',
    'faccessat2',
    'rseq',
    'epoll_pwait2',
    'chroot',
    'ptrace',
    'getrandom'
  ])('allows %s', (name) => {
    expect(answer(usual, name)).toBe('allow')
  })

  it.each(['keyctl', 'add_key', 'request_key', 'userfaultfd', 'socketcall'])(
    'refuses %s whatever the capabilities',
    (name) => {
      expect(answer(usual, name)).toBe('1')
      expect(answer(everything, name)).toBe('1')
    }
  )

  it.each(['io_uring_setup', 'io_uring_enter', 'io_uring_register', 'a_call_of_tomorrow'])('has no %s', (name) => {
    expect(answer(everything, name)).toBe('38')
  })

  it.each([
    'bpf',
    'mount',
    'unshare',
    'setns',
    'pivot_root',
    'open_by_handle_at',
    'perf_event_open',
    'init_module',
    'reboot',
    'settimeofday'
  ])('opens %s with its capability', (name) => {
    expect(answer(usual, name)).toBe('1')
    expect(answer(everything, name)).toBe('allow')
  })

  it('allows clone, but not into new namespaces', () => {
    expect(answer(usual, 'clone', 0x3d0f00n)).toBe('allow')
    for (const flag of [0x20000n, 0x2000000n, 0x4000000n, 0x8000000n, 0x10000000n, 0x20000000n, 0x40000000n]) {
      expect(answer(usual, 'clone', flag | 17n)).toBe('1')
      expect(answer(everything, 'clone', flag | 17n)).toBe('allow')
    }
    expect(answer(usual, 'clone3')).toBe('38')
  })

  it('never lets a socket of AF_ALG or AF_VSOCK through, in whatever upper bits it is wrapped', () => {
    for (const call of ['socket', 'socketpair']) {
      for (const family of [1n, 2n, 10n, 16n, 17n, 44n]) expect(answer(everything, call, family)).toBe('allow')
      for (const family of [38n, 40n]) expect(answer(everything, call, family)).toBe('97')
      fc.assert(
        fc.property(fc.constantFrom(38n, 40n), fc.bigInt({ min: 0n, max: 0xffffffffn }), (family, upper) => {
          expect(answer(everything, call, (upper << 32n) | family)).not.toBe('allow')
        })
      )
    }
  })

  it('lets personality ask, and choose plain Linux', () => {
    expect(answer(usual, 'personality', 0xffffffffn)).toBe('allow')
    expect(answer(usual, 'personality', 0x40000n)).toBe('38')
  })

  it('knows the machines, with or without their 32-bit programs', () => {
    expect(usual.architectures).toEqual(['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86'])
    expect(defaultSeccomp({ capabilities: [], architecture: 'amd64', compat: false }).architectures).toEqual([
      'SCMP_ARCH_X86_64'
    ])
    expect(defaultSeccomp({ capabilities: [], architecture: 'arm64' }).architectures).toEqual([
      'SCMP_ARCH_AARCH64',
      'SCMP_ARCH_ARM'
    ])
    expect(() => defaultSeccomp({ capabilities: [], architecture: 'pdp11' })).toThrow(/no seccomp profile for pdp11/)
  })

  it('puts refusals before the conditional rules, as libseccomp wants for the calls behind socketcall', () => {
    expect(usual.syscalls?.[0]).toMatchObject({
      action: 'SCMP_ACT_ERRNO',
      errnoRet: 1,
      names: expect.arrayContaining(['socketcall'])
    })
  })
})
