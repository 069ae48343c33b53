import type { NamespaceChoice } from '@runcible/oci-spec'
import { EngineError, type ContainerConfig, type NamespaceMode } from '@runcible/interface'
import { findContainer } from '../resolve-name.ts'
import type { Parts } from '../settings.ts'

type Needs = Pick<Parts, 'state'>

/** Process whose namespaces are joined; `failed-precondition` unless that container runs. */
function runningPid(parts: Needs, name: string): number {
  const container = findContainer(parts.state, name)
  if (container.pid > 0) return container.pid
  throw new EngineError('failed-precondition', `cannot join a namespace of ${container.name}: it is not running`, {
    subject: { kind: 'container', name: container.name },
    hint: `start it first: runcible start ${container.name}`
  })
}

function choose(parts: Needs, mode: NamespaceMode, file: string): NamespaceChoice {
  switch (mode.mode) {
    case 'private':
    case 'host':
      return mode.mode
    case 'path':
      return { path: mode.path }
    case 'container':
      return { path: `/proc/${runningPid(parts, mode.container)}/ns/${file}`, shared: true }
  }
}

/** The namespaces of one run, with other containers' by the files of their processes. `netns` is the one made for this run. */
export function resolveNamespaces(parts: Needs, config: ContainerConfig, netns: string | undefined) {
  return {
    pid: choose(parts, config.pid, 'pid'),
    ipc: choose(parts, config.ipc, 'ipc'),
    uts: choose(parts, config.uts, 'uts'),
    cgroup: choose(parts, config.cgroupns, 'cgroup'),
    network: networkNamespace(parts, config, netns)
  }
}

function networkNamespace(parts: Needs, { network }: ContainerConfig, netns: string | undefined): NamespaceChoice {
  switch (network.mode) {
    case 'host':
      return 'host'
    case 'container':
      return choose(parts, network, 'net')
    case 'path':
      return { path: network.path }
    case 'bridge':
    case 'none':
    case 'private':
      return netns === undefined ? 'private' : { path: netns }
  }
}
