import type { Diagnosis } from '@runcible/interface'
import type { Probe } from './probe.ts'

function packetFilter(probe: Probe): Diagnosis {
  const ok = canOpen(probe)
  return {
    check: 'network.nftables',
    ok,
    required: true,
    found: ok ? 'rules can be made' : 'no netfilter socket',
    effect: ok ? '' : 'no bridge networks, no published ports',
    ...(ok ? {} : { fix: 'modprobe nf_tables' })
  }
}

function canOpen({ linux }: Probe): boolean {
  try {
    linux.netlink.open('netfilter').close()
    return true
  } catch {
    return false
  }
}

function forwarding(probe: Probe): Diagnosis {
  const isOn = probe.read('/proc/sys/net/ipv4/ip_forward')?.trim() === '1'
  return {
    check: 'network.forwarding',
    ok: true,
    required: false,
    found: isOn ? 'on' : 'off: switched on with the first bridge network',
    effect: ''
  }
}

function resolver(probe: Probe): Diagnosis {
  const servers = [...(probe.read('/etc/resolv.conf') ?? '').matchAll(/^\s*nameserver\s+(\S+)/gm)].map(
    (match) => match[1]!
  )
  const reachable = servers.filter((address) => !/^(127\.|::1$)/.test(address))
  const ok = reachable.length > 0
  return {
    check: 'network.resolver',
    ok,
    required: false,
    found: servers.length === 0 ? 'no name server' : servers.join(' '),
    effect: ok ? '' : "containers on a bridge have no name server: the host's cannot be reached from their network",
    ...(ok ? {} : { fix: 'runcible run --dns ADDRESS' })
  }
}

export const networkChecks = [packetFilter, forwarding, resolver]
