import { SpecError } from '../spec-error.ts'
import { resolveCapabilities } from './capabilities.ts'
import { defaultInitPath, defaultOciVersion, defaultUmask } from './defaults.ts'
import { buildDevices } from './devices.ts'
import type { SpecInput } from './input.ts'
import type { Seccomp, SpecLinux } from './linux.ts'
import { buildMounts, rootfsPropagation } from './mounts.ts'
import { buildNamespaces, sharesHost } from './namespaces.ts'
import type { SpecCapabilities, SpecProcess, SpecUser } from './process.ts'
import { protectedPaths } from './protected-paths.ts'
import { buildResources } from './resources.ts'
import { resolveRlimits } from './rlimits.ts'
import { defaultSeccomp } from './seccomp.ts'
import type { RuntimeSpec, SpecMount } from './spec.ts'
import { buildSysctl } from './sysctl.ts'

/**
 * The `config.json` of a container. Pure: everything that depends on the host is in the input.
 *
 * @throws SpecError when the input contradicts itself or asks for what the runtime specification cannot say.
 */
export function buildRuntimeSpec(input: SpecInput): RuntimeSpec {
  const mounts = buildMounts(input)
  const capabilities = capabilitiesOf(input)
  const { rootfs, annotations, hooks } = input
  return {
    ociVersion: input.ociVersion ?? (input.domainname === undefined ? defaultOciVersion : '1.1.0'),
    process: buildProcess(input, capabilities),
    root: { path: rootfs.path, readonly: rootfs.readonly ?? false },
    ...hostNames(input),
    mounts,
    ...(hooks === undefined ? {} : { hooks }),
    ...(annotations === undefined ? {} : { annotations }),
    linux: buildLinux(input, mounts, capabilities)
  }
}

function capabilitiesOf(input: SpecInput): readonly string[] {
  const { boundingCapabilities: bounding, privileged = false } = input
  return resolveCapabilities({ ...input.capabilities, privileged, ...(bounding === undefined ? {} : { bounding }) })
}

// A name of a shared uts namespace would be the host's.
function hostNames(input: SpecInput): Pick<RuntimeSpec, 'hostname' | 'domainname'> {
  if (sharesHost(input, 'uts')) return {}
  const { hostname, domainname } = input
  return { ...(hostname === undefined ? {} : { hostname }), ...(domainname === undefined ? {} : { domainname }) }
}

/** The process of a container; also the base of the processes that are executed in it later. */
export function buildProcess(input: SpecInput, capabilities: readonly string[] = capabilitiesOf(input)): SpecProcess {
  const { args, env, cwd, terminal = false, consoleSize, oomScoreAdj, apparmorProfile, selinux, init } = input
  check(args.length > 0 && args.every(isPlain), 'a command without NUL characters is needed', '/process/args')
  check(
    env.every((entry) => isPlain(entry) && entry.indexOf('=') > 0),
    'expected NAME=value entries',
    '/process/env'
  )
  check(cwd.startsWith('/') && isPlain(cwd), 'expected an absolute path', '/process/cwd')
  return {
    terminal,
    ...(terminal && consoleSize !== undefined ? { consoleSize } : {}),
    user: buildUser(input.user),
    args: init === undefined ? args : [init.destination ?? defaultInitPath, '--', ...args],
    env,
    cwd,
    capabilities: capabilitySets(capabilities, input.user.uid),
    rlimits: resolveRlimits(input.rlimits, input.hostRlimits),
    noNewPrivileges: input.noNewPrivileges ?? false,
    ...(apparmorProfile === undefined ? {} : { apparmorProfile }),
    ...(oomScoreAdj === undefined ? {} : { oomScoreAdj: checkOomScore(oomScoreAdj) }),
    ...(selinux?.processLabel === undefined ? {} : { selinuxLabel: selinux.processLabel })
  }
}

function buildUser({ uid, gid, umask = defaultUmask, additionalGids = [] }: SpecUser): SpecUser {
  // 2^32-1 is "no id" to the kernel.
  check([uid, gid, ...additionalGids].every(isId), 'expected ids from 0 to 4294967294', '/process/user')
  check(
    Number.isInteger(umask) && umask >= 0 && umask <= 0o777,
    'expected a umask from 0 to 0777',
    '/process/user/umask'
  )
  return { uid, gid, umask, additionalGids: [...new Set(additionalGids)] }
}

/** The sets of a process. Only root starts with capabilities in effect; others may gain up to the bounding set by a file. */
export function capabilitySets(capabilities: readonly string[], uid: number): SpecCapabilities {
  const held = uid === 0 ? capabilities : []
  return { bounding: capabilities, effective: held, permitted: held, inheritable: [], ambient: [] }
}

function buildLinux(input: SpecInput, mounts: readonly SpecMount[], capabilities: readonly string[]): SpecLinux {
  const { uidMappings, gidMappings, cgroupsPath, selinux, rootfs } = input
  const paths = protectedPaths(input)
  const seccomp = chooseSeccomp(input, capabilities)
  const propagation = rootfs.propagation ?? rootfsPropagation(mounts)
  const devices = buildDevices(input)
  return {
    namespaces: buildNamespaces(input),
    ...(uidMappings === undefined ? {} : { uidMappings }),
    ...(gidMappings === undefined ? {} : { gidMappings }),
    ...(devices.length === 0 ? {} : { devices }),
    ...(cgroupsPath === undefined ? {} : { cgroupsPath }),
    resources: buildResources(input),
    ...(propagation === undefined ? {} : { rootfsPropagation: propagation }),
    ...(seccomp === undefined ? {} : { seccomp }),
    sysctl: buildSysctl(input),
    maskedPaths: paths.masked,
    readonlyPaths: paths.readonly,
    ...(selinux?.mountLabel === undefined ? {} : { mountLabel: selinux.mountLabel })
  }
}

function chooseSeccomp(input: SpecInput, capabilities: readonly string[]): Seccomp | undefined {
  if (input.seccomp === 'unconfined') return undefined
  if (input.seccomp !== undefined) return input.seccomp
  if (input.privileged === true) return undefined
  const { architecture, seccompCompat: compat = true } = input
  return defaultSeccomp({ capabilities, compat, ...(architecture === undefined ? {} : { architecture }) })
}

function checkOomScore(score: number): number {
  check(
    Number.isInteger(score) && score >= -1000 && score <= 1000,
    'expected a score from -1000 to 1000',
    '/process/oomScoreAdj'
  )
  return score
}

const isPlain = (text: string): boolean => !text.includes('\0')

const isId = (id: number): boolean => Number.isInteger(id) && id >= 0 && id < 4294967295

function check(condition: boolean, message: string, path: string): void {
  if (!condition) throw new SpecError(message, path)
}
