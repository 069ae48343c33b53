import type { Diagnosis } from '@runcible/interface'
import type { Probe } from './probe.ts'

/** openat2(2) came with it: without it no path inside a container can be resolved safely. */
const oldestKernel = [5, 6] as const

function kernelVersion({ kernel }: Probe): Diagnosis {
  const [major = 0, minor = 0] = kernel.split('.').map(Number)
  const ok = major > oldestKernel[0] || (major === oldestKernel[0] && minor >= oldestKernel[1])
  return {
    check: 'kernel.version',
    ok,
    required: true,
    found: `Linux ${kernel}`,
    effect: ok
      ? ''
      : `Linux ${oldestKernel.join('.')} or newer is needed: paths inside containers cannot be resolved safely`
  }
}

function overlay(probe: Probe): Diagnosis {
  const ok = /\boverlay$/m.test(probe.read('/proc/filesystems') ?? '')
  return {
    check: 'kernel.overlay',
    ok,
    required: false,
    found: ok ? 'overlay file systems' : 'no overlay file system',
    effect: ok ? '' : 'layers are copied (vfs): slow, and takes more disk',
    ...(ok ? {} : { fix: 'modprobe overlay' })
  }
}

function namespaces(probe: Probe): Diagnosis {
  const missing = ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'uts'].filter((name) => !probe.exists(`/proc/self/ns/${name}`))
  const ok = missing.length === 0
  return {
    check: 'kernel.namespaces',
    ok,
    required: true,
    found: ok ? 'cgroup ipc mnt net pid uts' : `without ${missing.join(' ')}`,
    effect: ok ? '' : 'containers cannot be isolated: the kernel was built without these namespaces'
  }
}

function userNamespaces(probe: Probe): Diagnosis {
  const limit = Number(probe.read('/proc/sys/user/max_user_namespaces') ?? 0)
  const ok = limit > 0
  return {
    check: 'kernel.user-namespaces',
    ok,
    required: false,
    found: ok ? `up to ${limit}` : 'none',
    effect: ok ? '' : 'containers cannot have users of their own (--userns), nor run without root',
    ...(ok ? {} : { fix: 'sysctl -w user.max_user_namespaces=15000' })
  }
}

function seccomp(probe: Probe): Diagnosis {
  const ok = /^Seccomp:/m.test(probe.read('/proc/self/status') ?? '')
  return {
    check: 'kernel.seccomp',
    ok,
    required: true,
    found: ok ? 'system call filters' : 'no system call filters',
    effect: ok ? '' : 'containers start only with --security-opt seccomp=unconfined'
  }
}

function securityModules(probe: Probe): Diagnosis {
  const names = [
    ...(probe.read('/sys/module/apparmor/parameters/enabled')?.startsWith('Y') ? ['AppArmor'] : []),
    ...(probe.exists('/sys/fs/selinux/enforce') ? ['SELinux'] : [])
  ]
  const ok = names.length > 0
  return {
    check: 'kernel.security-modules',
    ok,
    required: false,
    found: ok ? names.join(' ') : 'neither AppArmor nor SELinux',
    effect: ok ? '' : 'containers are confined by namespaces, capabilities and seccomp alone'
  }
}

function cgroups(probe: Probe): Diagnosis {
  const needed = ['cpu', 'memory', 'pids']
  try {
    const { mode, controllers } = probe.linux.cgroup.layout()
    const missing = needed.filter((name) => !controllers.includes(name))
    return {
      check: 'kernel.cgroups',
      ok: missing.length === 0,
      required: false,
      found: `${mode}: ${controllers.join(' ')}`,
      effect: missing.length === 0 ? '' : `no limits on ${missing.join(', ')}`
    }
  } catch {
    return {
      check: 'kernel.cgroups',
      ok: false,
      required: true,
      found: 'no cgroup file system is mounted',
      effect: 'containers cannot be started',
      fix: 'mount -t cgroup2 none /sys/fs/cgroup'
    }
  }
}

export const kernelChecks = [kernelVersion, overlay, namespaces, userNamespaces, seccomp, securityModules, cgroups]
