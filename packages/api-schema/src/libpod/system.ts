import type { SystemInfo, VersionInfo } from '@runcible/interface'

/** libpod's version document, with Node in the place of Go. */
export function versionReport(version: VersionInfo): object {
  return {
    Version: version.version,
    APIVersion: version.apiVersion,
    NodeVersion: version.node,
    OsArch: `${version.os}/${version.arch}`,
    Os: version.os,
    KernelVersion: version.kernel,
    Runtime: { Name: version.runtime.name, Version: version.runtime.version, Path: version.runtime.path }
  }
}

/** libpod's info document: the members that this engine has something to say about. */
export function infoReport(info: SystemInfo): object {
  return { host: hostReport(info), plugins: info.plugins, store: storeReport(info), version: versionReport(info) }
}

function hostReport(info: SystemInfo): object {
  const { host, runtime, monitor } = info
  return {
    arch: info.arch,
    cgroupControllers: host.cgroupControllers,
    cgroupManager: 'cgroupfs',
    cgroupVersion: host.cgroupMode === 'v2' ? 'v2' : 'v1',
    cgroupMode: host.cgroupMode,
    conmon: { path: monitor.path, version: monitor.version },
    cpus: host.cpus,
    distribution: { distribution: host.distribution.id, version: host.distribution.version },
    hostname: host.hostname,
    kernel: info.kernel,
    memFree: host.memoryFree,
    memTotal: host.memory,
    ociRuntime: { name: runtime.name, path: runtime.path, version: runtime.version },
    os: info.os,
    security: {
      apparmorEnabled: host.security.apparmor,
      capabilities: host.security.capabilities.join(','),
      rootless: host.security.rootless,
      seccompEnabled: host.security.seccomp,
      selinuxEnabled: host.security.selinux
    },
    serviceIsRemote: false,
    uptime: uptimeText(host.uptime)
  }
}

function storeReport({ store }: SystemInfo): object {
  const { total, running, paused, stopped } = store.containers
  return {
    containerStore: { number: total, paused, running, stopped },
    graphDriverName: store.snapshotter,
    graphRoot: store.root,
    imageStore: { number: store.images },
    runRoot: store.runRoot
  }
}

function uptimeText(seconds: number): string {
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor((seconds % 3600) / 60)
  const days = hours >= 24 ? ` (Approximately ${(seconds / 86_400).toFixed(2)} days)` : ''
  return `${hours}h ${minutes}m ${(seconds % 60).toFixed(2)}s${days}`
}
