import { arch, cpus, freemem, hostname, release, totalmem, uptime } from 'node:os'
import type { EngineConfig } from '@runcible/config'
import type { ContainerRuntime, VersionInfo } from '@runcible/interface'
import type { EngineSettings } from '@runcible/lifecycle'
import type { Linux } from '@runcible/linux'
import { hostProbe } from './doctor/probe.ts'
import { readOsRelease } from './find-executable.ts'

/** Version of the Docker API that the server speaks at most. */
const apiVersion = '1.41'

const goArchitectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' }

interface FactsInput {
  readonly config: EngineConfig
  readonly linux: Linux
  readonly runtime: ContainerRuntime
  readonly version: string
}

/** What `version` and `info` say, gathered when asked. */
export function systemFacts({ config, linux, runtime, version }: FactsInput): Pick<EngineSettings, 'version' | 'info'> {
  const probe = hostProbe(linux, release())

  const versionInfo = async (): Promise<VersionInfo> => {
    const { version: runtimeVersion, path } = await runtime.features()
    return {
      version,
      apiVersion,
      node: process.versions.node,
      os: 'linux',
      arch: goArchitectures[arch()] ?? arch(),
      kernel: release(),
      runtime: { name: runtime.name, version: runtimeVersion, path }
    }
  }

  const host = () => {
    const { mode, controllers } = linux.cgroup.layout()
    const { ID: id = 'unknown', VERSION_ID: distributionVersion = '' } = readOsRelease()
    return {
      hostname: hostname(),
      cpus: cpus().length,
      memory: totalmem(),
      memoryFree: freemem(),
      uptime: uptime(),
      distribution: { id, version: distributionVersion },
      cgroupMode: mode,
      cgroupControllers: controllers,
      security: {
        apparmor: probe.read('/sys/module/apparmor/parameters/enabled')?.startsWith('Y') ?? false,
        selinux: probe.exists('/sys/fs/selinux/enforce'),
        seccomp: /^Seccomp:/m.test(probe.read('/proc/self/status') ?? ''),
        rootless: config.rootless,
        capabilities: [...linux.process.capabilities().effective]
      }
    }
  }

  return {
    version: versionInfo,
    async info() {
      const monitorPath = probe.find(config.runtime.conmonPaths) ?? ''
      const monitorVersion = monitorPath === '' ? undefined : await probe.versionOf(monitorPath, '--version')
      return {
        ...(await versionInfo()),
        host: host(),
        store: { snapshotter: config.snapshotter },
        plugins: {
          network: ['bridge', 'cni'],
          volume: ['local'],
          log: ['k8s-file', 'journald', 'none', 'passthrough']
        },
        monitor: { path: monitorPath, version: monitorVersion ?? '' }
      }
    }
  }
}
