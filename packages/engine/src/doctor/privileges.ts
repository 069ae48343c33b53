import type { Diagnosis } from '@runcible/interface'
import type { Probe } from './probe.ts'

function root({ uid }: Probe): Diagnosis {
  const ok = uid === 0
  return {
    check: 'privileges.root',
    ok,
    required: true,
    found: ok ? 'root' : `user ${uid}`,
    effect: ok ? '' : 'containers without root are not supported yet',
    ...(ok ? {} : { fix: 'sudo runcible doctor' })
  }
}

/** What mounting, networks and the runtime need. */
const needed = [
  'CAP_SYS_ADMIN',
  'CAP_NET_ADMIN',
  'CAP_MKNOD',
  'CAP_CHOWN',
  'CAP_DAC_OVERRIDE',
  'CAP_SETUID',
  'CAP_SETGID',
  'CAP_SYS_CHROOT'
]

function capabilities({ linux }: Probe): Diagnosis {
  const { effective } = linux.process.capabilities()
  const missing = needed.filter((name) => !effective.has(name))
  const ok = missing.length === 0
  return {
    check: 'privileges.capabilities',
    ok,
    required: true,
    found: ok ? `${effective.size} capabilities` : `without ${missing.join(' ')}`,
    effect: ok ? '' : 'mounts, devices or networks of containers cannot be made'
  }
}

function limits({ linux }: Probe): Diagnosis {
  const ok = linux.process.capabilities().effective.has('CAP_SYS_RESOURCE')
  const { hard } = linux.process.limit('nofile')
  return {
    check: 'privileges.limits',
    ok,
    required: false,
    found: ok ? 'limits can be raised' : `without CAP_SYS_RESOURCE, at most ${hard} open files`,
    effect: ok ? '' : "containers' limits (--ulimit) stay below those of this process"
  }
}

export const privilegeChecks = [root, capabilities, limits]
