import { SpecError } from '../spec-error.ts'
import type { Seccomp, SeccompArg, SeccompRule } from './linux.ts'
import { allowedSyscalls, capabilitySyscalls, refusedSyscalls } from './seccomp-syscalls.ts'

export interface SeccompContext {
  /** The bounding set of the container. */
  readonly capabilities: readonly string[]
  /** Go's name of the machine; the one this process runs on when absent. */
  readonly architecture?: string
  /**
   * Whether 32-bit programs run on a 64-bit machine too; true unless said. Without them the profile loads in about
   * half the time, and the 32-bit system calls are out of reach: a program that makes one is killed.
   */
  readonly compat?: boolean
}

const EPERM = 1
const ENOSYS = 38
const EAFNOSUPPORT = 97

const architectures = new Map<string, readonly string[]>([
  ['amd64', ['SCMP_ARCH_X86_64', 'SCMP_ARCH_X86']],
  ['arm64', ['SCMP_ARCH_AARCH64', 'SCMP_ARCH_ARM']],
  ['386', ['SCMP_ARCH_X86']],
  ['arm', ['SCMP_ARCH_ARM']],
  ['riscv64', ['SCMP_ARCH_RISCV64']],
  ['ppc64le', ['SCMP_ARCH_PPC64LE']],
  ['s390x', ['SCMP_ARCH_S390X', 'SCMP_ARCH_S390']]
])

const nodeNames: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }

/**
 * The default profile, an allow-list. Whatever the capabilities, it refuses keyrings, userfaultfd, io_uring, the 32-bit
 * `socketcall`, and sockets of AF_ALG and AF_VSOCK; new namespaces, mounts, bpf and the like come with their capability.
 *
 * @throws SpecError for a machine without a known seccomp architecture.
 */
export function defaultSeccomp(context: SeccompContext): Seccomp {
  const architecture = context.architecture ?? nodeNames[process.arch] ?? process.arch
  const names = architectures.get(architecture)
  if (names === undefined) throw new SpecError(`there is no seccomp profile for ${architecture}`, '/linux/seccomp')
  const held = new Set(context.capabilities)
  const opened = capabilitySyscalls.filter(([any]) => any.some((name) => held.has(name))).flatMap(([, calls]) => calls)
  const free = new Set([...allowedSyscalls, ...architectureCalls(architecture), ...opened])
  return {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: ENOSYS,
    architectures: context.compat === false ? names.slice(0, 1) : names,
    syscalls: [
      ...refusals(free),
      { names: [...free], action: 'SCMP_ACT_ALLOW' },
      ...personalities.map((value) => allow(['personality'], equal(0, value))),
      ...openFamilies,
      ...closedFamilies,
      ...(free.has('clone') ? [] : cloneRules(architecture))
    ]
  }
}

function allow(names: readonly string[], ...args: readonly SeccompArg[]): SeccompRule {
  return { names, action: 'SCMP_ACT_ALLOW', args }
}

function equal(index: number, value: number): SeccompArg {
  return { index, value, op: 'SCMP_CMP_EQ' }
}

// Linux, 32-bit Linux, both without address randomisation off, and the question for the present one.
const personalities = [0x0, 0x8, 0x20000, 0x20008, 0xffffffff]

const families = { alg: 38, nfc: 39, vsock: 40, last: 45 }

// Compared as 64 bits although the kernel uses 32 of them: "not 38" or "above 40" would let 2^32 + 38 through.
const openFamilies: readonly SeccompRule[] = [
  { index: 0, value: families.alg, op: 'SCMP_CMP_LT' } as const,
  equal(0, families.nfc),
  ...Array.from({ length: families.last - families.vsock }, (_, after) => equal(0, families.vsock + 1 + after))
].map((arg) => allow(['socket', 'socketpair'], arg))

// "No such family" is what a kernel without these modules answers, and what programs fall back on.
const closedFamilies: readonly SeccompRule[] = [families.alg, families.vsock].map((family) => ({
  names: ['socket', 'socketpair'],
  action: 'SCMP_ACT_ERRNO',
  errnoRet: EAFNOSUPPORT,
  args: [equal(0, family)]
}))

// CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET.
const namespaceFlags = [0x20000, 0x2000000, 0x4000000, 0x8000000, 0x10000000, 0x20000000, 0x40000000]

// clone3 hides its flags behind a pointer; its ENOSYS makes C libraries use clone.
function cloneRules(architecture: string): readonly SeccompRule[] {
  const index = architecture === 's390x' ? 1 : 0
  const masked = (value: number, valueTwo: number): SeccompArg => ({ index, value, valueTwo, op: 'SCMP_CMP_MASKED_EQ' })
  const every = namespaceFlags.reduce((mask, flag) => mask + flag, 0)
  return [
    allow(['clone'], masked(every, 0)),
    ...namespaceFlags.map((flag) => ({
      names: ['clone'],
      action: 'SCMP_ACT_ERRNO' as const,
      errnoRet: EPERM,
      args: [masked(flag, flag)]
    }))
  ]
}

function architectureCalls(architecture: string): readonly string[] {
  return architecture === 'arm64' || architecture === 'arm'
    ? ['arm_fadvise64_64', 'arm_sync_file_range', 'breakpoint', 'cacheflush', 'set_tls', 'get_tls']
    : architecture === 's390x'
      ? ['s390_pci_mmio_read', 's390_pci_mmio_write', 's390_runtime_instr']
      : architecture === 'ppc64le'
        ? ['swapcontext', 'rtas']
        : []
}

// A rule without arguments would win over those with arguments, so calls that are open in part are left to the default.
function refusals(free: ReadonlySet<string>): readonly SeccompRule[] {
  const conditional = new Set(['personality', 'socket', 'socketpair'])
  const names = refusedSyscalls.filter((name) => !free.has(name) && !conditional.has(name))
  return names.length === 0 ? [] : [{ names, action: 'SCMP_ACT_ERRNO', errnoRet: EPERM }]
}
