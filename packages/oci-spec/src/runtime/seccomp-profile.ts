import { at, member, optional, readCount, readList, readObject, readString, readStrings } from '../read.ts'
import type { JsonObject } from '../json.ts'
import { SpecError } from '../spec-error.ts'
import type { Seccomp, SeccompAction, SeccompArg, SeccompOperator, SeccompRule } from './linux.ts'

export interface SeccompProfileContext {
  /** The capabilities of the container, with `CAP_`. */
  readonly caps: readonly string[]
  /** Go's name of the machine, such as `amd64`. */
  readonly arch: string
  /** Kernel version like `6.1`, for rules with `minKernel`; they apply when absent. */
  readonly kernel?: string
}

const actions = new Set<string>([
  'SCMP_ACT_KILL',
  'SCMP_ACT_KILL_PROCESS',
  'SCMP_ACT_KILL_THREAD',
  'SCMP_ACT_TRAP',
  'SCMP_ACT_ERRNO',
  'SCMP_ACT_TRACE',
  'SCMP_ACT_ALLOW',
  'SCMP_ACT_LOG',
  'SCMP_ACT_NOTIFY'
] satisfies SeccompAction[])

const operators = new Set<string>([
  'SCMP_CMP_NE',
  'SCMP_CMP_LT',
  'SCMP_CMP_LE',
  'SCMP_CMP_EQ',
  'SCMP_CMP_GE',
  'SCMP_CMP_GT',
  'SCMP_CMP_MASKED_EQ'
] satisfies SeccompOperator[])

const nativeArchitectures: Readonly<Record<string, string>> = {
  '386': 'SCMP_ARCH_X86',
  amd64: 'SCMP_ARCH_X86_64',
  arm: 'SCMP_ARCH_ARM',
  arm64: 'SCMP_ARCH_AARCH64',
  loong64: 'SCMP_ARCH_LOONGARCH64',
  ppc64le: 'SCMP_ARCH_PPC64LE',
  riscv64: 'SCMP_ARCH_RISCV64',
  s390x: 'SCMP_ARCH_S390X'
}

const errnoNumbers = new Map([
  ['EPERM', 1],
  ['ENOENT', 2],
  ['EACCES', 13],
  ['EINVAL', 22],
  ['ENOSYS', 38]
])

/**
 * A profile file in Docker's format (`archMap`, rules with `includes` and `excludes`) or in the runtime specification's,
 * resolved for one container and machine.
 *
 * @throws SpecError when an action, operator or member's type is wrong.
 */
export function loadSeccompProfile(json: unknown, context: SeccompProfileContext): Seccomp {
  const profile = readObject(json, '')
  const defaultErrno = readErrno(profile, 'defaultErrno', 'defaultErrnoRet', '')
  return {
    defaultAction: readAction(member(profile, 'defaultAction'), '/defaultAction'),
    ...(defaultErrno === undefined ? {} : { defaultErrnoRet: defaultErrno }),
    architectures: readArchitectures(profile, context.arch),
    ...optional(profile, 'flags', '', readStrings),
    ...optional(profile, 'listenerPath', '', readString),
    ...optional(profile, 'listenerMetadata', '', readString),
    syscalls: readList(member(profile, 'syscalls'), '/syscalls', (value, path) => readRule(value, path, context)).flat()
  }
}

function readArchitectures(profile: JsonObject, arch: string): readonly string[] {
  const listed = readStrings(member(profile, 'architectures'), '/architectures')
  const map = readList(member(profile, 'archMap'), '/archMap', (value, path) => {
    const entry = readObject(value, path)
    return {
      architecture: readString(member(entry, 'architecture'), at(path, 'architecture')),
      subArchitectures: readStrings(member(entry, 'subArchitectures'), at(path, 'subArchitectures'))
    }
  })
  if (listed.length > 0 && map.length > 0)
    throw new SpecError('architectures and archMap exclude each other', '/archMap')
  const native = nativeArchitectures[arch]
  const entry = map.find(({ architecture }) => architecture === native)
  return entry === undefined ? listed : [entry.architecture, ...entry.subArchitectures]
}

function readRule(value: unknown, path: string, context: SeccompProfileContext): readonly SeccompRule[] {
  const rule = readObject(value, path)
  const single = member(rule, 'name')
  const names =
    single === undefined || single === ''
      ? readStrings(member(rule, 'names'), at(path, 'names'))
      : [readString(single, at(path, 'name'))]
  const errnoRet = readErrno(rule, 'errno', 'errnoRet', path)
  const args = readList(member(rule, 'args'), at(path, 'args'), readArg)
  const result: SeccompRule = {
    names,
    action: readAction(member(rule, 'action'), at(path, 'action')),
    ...(errnoRet === undefined ? {} : { errnoRet }),
    ...(args.length === 0 ? {} : { args })
  }
  const includes = readFilter(member(rule, 'includes'), at(path, 'includes'))
  const excludes = readFilter(member(rule, 'excludes'), at(path, 'excludes'))
  return names.length > 0 && included(includes, context) && !excluded(excludes, context) ? [result] : []
}

function readArg(value: unknown, path: string): SeccompArg {
  const arg = readObject(value, path)
  const op = readString(member(arg, 'op'), at(path, 'op'))
  if (!operators.has(op)) throw new SpecError(`there is no operator ${JSON.stringify(op.slice(0, 40))}`, at(path, 'op'))
  const index = readCount(member(arg, 'index'), at(path, 'index'))
  if (index > 5) throw new SpecError('a system call has six arguments, 0 to 5', at(path, 'index'))
  return {
    index,
    value: readCount(member(arg, 'value'), at(path, 'value')),
    ...optional(arg, 'valueTwo', path, readCount),
    op: op as SeccompOperator
  }
}

function readAction(value: unknown, path: string): SeccompAction {
  const action = readString(value, path)
  if (!actions.has(action)) throw new SpecError(`there is no action ${JSON.stringify(action.slice(0, 40))}`, path)
  return action as SeccompAction
}

function readErrno(object: JsonObject, nameKey: string, numberKey: string, path: string): number | undefined {
  const number = member(object, numberKey)
  if (number !== undefined) return readCount(number, at(path, numberKey))
  const name = member(object, nameKey)
  if (name === undefined || name === '') return undefined
  const text = readString(name, at(path, nameKey))
  const known = errnoNumbers.get(text)
  if (known === undefined)
    throw new SpecError(`${JSON.stringify(text.slice(0, 40))} needs its number in ${numberKey}`, at(path, nameKey))
  return known
}

interface Filter {
  readonly caps: readonly string[]
  readonly arches: readonly string[]
  readonly minKernel?: string
}

function readFilter(value: unknown, path: string): Filter {
  const filter = value === undefined ? {} : readObject(value, path)
  return {
    caps: readStrings(member(filter, 'caps'), at(path, 'caps')),
    arches: readStrings(member(filter, 'arches'), at(path, 'arches')),
    ...optional(filter, 'minKernel', path, readString)
  }
}

function included({ caps, arches, minKernel }: Filter, context: SeccompProfileContext): boolean {
  if (arches.length > 0 && !arches.includes(context.arch)) return false
  return (
    caps.every((cap) => context.caps.includes(cap)) &&
    (minKernel === undefined || kernelAtLeast(context.kernel, minKernel))
  )
}

function excluded({ caps, arches, minKernel }: Filter, context: SeccompProfileContext): boolean {
  if (arches.includes(context.arch) || caps.some((cap) => context.caps.includes(cap))) return true
  return minKernel !== undefined && kernelAtLeast(context.kernel, minKernel)
}

function kernelAtLeast(kernel: string | undefined, wanted: string): boolean {
  if (kernel === undefined) return true
  const [major = 0, minor = 0] = kernel.split('.').map((part) => Number.parseInt(part, 10))
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map((part) => Number.parseInt(part, 10))
  return major === wantedMajor ? minor >= wantedMinor : major > wantedMajor
}
