import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../measure/command.ts'
import { madeDirectory, removeContainers, type Subject, subjectOf } from './subject.ts'

// Podman's own limits need CAP_SYS_RESOURCE.
const configuration = `[containers]
default_ulimits = ["nofile=1024:4096", "nproc=4096:4096"]
log_driver = "k8s-file"
[engine]
events_logger = "file"
`

/** The default network that Podman brings for CNI, with leases of its own. Podman with netavark does not look at it. */
const network = (directory: string): object => ({
  cniVersion: '0.4.0',
  name: 'podman',
  plugins: [
    {
      type: 'bridge',
      bridge: 'cni-podman0',
      isGateway: true,
      ipMasq: true,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: join(directory, 'leases'),
        routes: [{ dst: '0.0.0.0/0' }],
        ranges: [[{ subnet: '10.88.0.0/16', gateway: '10.88.0.1' }]]
      }
    },
    { type: 'portmap', capabilities: { portMappings: true } },
    { type: 'firewall' },
    { type: 'tuning' }
  ]
})

export async function openPodman(version: string, directory: string): Promise<Subject & AsyncDisposable> {
  const networks = await madeDirectory(join(directory, 'net'))
  const configurationFile = join(directory, 'containers.conf')
  await writeFile(configurationFile, configuration)
  await writeFile(join(networks, '87-podman-bridge.conflist'), JSON.stringify(network(directory)))
  const flags = Object.entries({
    root: join(directory, 'root'),
    runroot: join(directory, 'run'),
    tmpdir: join(directory, 'tmp'),
    'network-config-dir': networks,
    volumepath: join(directory, 'volumes'),
    runtime: 'runc',
    'cgroup-manager': 'cgroupfs',
    'log-level': 'error'
  }).map(([name, value]) => `--${name}=${value}`)
  const subject = subjectOf({
    name: 'podman',
    version,
    directory,
    command: (...args) => ({ file: 'podman', args: [...flags, ...args], env: { CONTAINERS_CONF: configurationFile } }),
    pullFlags: ['--tls-verify=false'],
    removeFlags: ['--time', '0'],
    emptied: (other) => openPodman(version, other)
  })
  return {
    ...subject,
    async [Symbol.asyncDispose]() {
      await removeContainers(subject)
      // Podman keeps its own root mounted on itself.
      await run({ file: 'umount', args: ['--quiet', '--recursive', join(directory, 'root/overlay')], env: {} }).catch(
        () => {}
      )
    }
  }
}
